"""Errors while something is given back. Seen in zenml, celery, ansible, neutron, prefect, distributed, sqlalchemy."""

import logging
import os
import shutil
import subprocess

logger = logging.getLogger(__name__)


def close_engines(engines):
    for engine in engines:
        try:
            engine.dispose()
        except:  # verdict: defect - a bare except also eats Ctrl-C
            pass


def remove_chart(folder):
    try:
        shutil.rmtree(folder)
        os.remove(f"{folder}.lock")
        publish_removal(folder)
    except Exception:  # verdict: defect - the removal is also published in here, and that may fail unseen
        pass


def publish_removal(folder):
    subprocess.run(["notify-removal", folder], check=True)


def rollback(instances, delete):
    for instance in instances:
        try:
            delete(instance)
        except Exception:  # verdict: defect - instances that cost money stay, and no one is told which
            continue


def stop_service(service):
    try:
        service.flush()
        service.stop()
    except Exception:  # verdict: defect - what could not be flushed is lost data
        return


class Connection:
    def close(self):
        try:
            self.socket.close()
        except Exception:  # verdict: fine (flagged) - closing at the end: there is nothing left to do about it
            pass

    def __del__(self):
        try:
            self.close()
        except Exception:  # verdict: fine (flagged) - __del__ runs when half of the interpreter may be gone
            pass

    def __exit__(self, kind, error, traceback):
        try:
            self.close()
        except OSError:  # verdict: fine - the error of the block counts more than that of closing
            logger.debug("close failed", exc_info=True)


def create(client, spec):
    instance = client.create(spec)
    try:
        instance.configure()
    except Exception:  # verdict: fine - cleans up and raises
        try:
            client.delete(instance)
        except Exception:  # verdict: fine - told with its traceback, and the first error goes on
            logger.exception("cannot clean up %s", instance)
        raise
    return instance


def run(task, connection):
    try:
        return task.run()
    finally:
        try:
            connection.close()
        except AttributeError:  # verdict: fine - never opened
            pass


def write_atomically(path, text):
    temporary = f"{path}.new"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:  # verdict: fine - removes the half-written file and raises
        os.unlink(temporary)
        raise


def kill(process):
    try:
        process.kill()
    except ProcessLookupError:  # verdict: fine - it had ended
        pass
