"""Is a package there? Seen in celery, salt, django, mlflow, ansible, superset."""

import importlib

try:
    import orjson
except ImportError:  # verdict: fine - optional package
    orjson = None

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # verdict: fine - the slower loader does the same
    from yaml import SafeLoader as Loader

try:
    import winreg
except Exception:  # verdict: fine - nothing but imports in the try
    winreg = None

try:
    import pycurl
except:  # verdict: defect - a bare except around an import also takes a Ctrl-C for a missing package
    pycurl = None

try:
    import MySQLdb

    MySQLdb.install_as_MySQLdb()
    HAS_MYSQL = True
except Exception:  # verdict: defect - a driver that is installed and broken looks like one that is missing
    HAS_MYSQL = False


def optional(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:  # verdict: fine - not installed
        return None


def load_settings(name):
    try:
        module = importlib.import_module(name)
        return module.configure()
    except Exception:  # verdict: defect - an error in the settings gives a service with default settings
        return {}


def require(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:  # verdict: fine - says what to install
        raise RuntimeError(f"install {name}") from error
