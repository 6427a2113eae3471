"""Values that tell by their form who issued them. Seen in apprise, chia-blockchain, geonode, lemur, canaille, yt-dlp."""

import re

SONAR_SQU = "squ_f39416d14ee5cb1fa63906d812f705a112f3e048"  # verdict: defect - a live token by its form
SONAR_SQP = "sqp_f7d14d85e584432c9d895d714931f7ec6e9cb4d5"  # verdict: defect - a live token by its form
SONAR_SQA = "sqa_fa5dcfd3b445dd788d3f534ce03ece37f5a3a460"  # verdict: defect - a live token by its form
IDENTITY = "AGE-SECRET-KEY-1HPE9UZXED3CNWGMJ3VA7MAY4XHJS2Z4U0LC894DDCV9SJ3DK3HMAN5AEHP"  # verdict: defect - a private key
print("sonar: squ_a76bf2522e74e20b6f69c31cd048b61d949834d4")  # verdict: defect - in the middle of a text
COMMAND = ["sonar-scanner", "-Dsonar.token=squ_f374d9343943d1bf3520a27db4e8181d304f000f"]  # verdict: defect - as an argument
OLD = 1  # the old one: squ_fd52cd3f76a7619d86f65742197c7876e0f8aa3c  # verdict: defect - a comment keeps it too
RSA_KEY = "-----BEGIN RSA PRIVATE KEY-----\nVpNpIyEi7QQaZAjBPKRwF4PtBpHSJcxCID5PS8yZMfEFONeWhMUvlZ3R5MfrRn0+\n+uouOl4s9h3tJgB0rgwE4pepV2XALAiuNX260QLaWalm0B/PjHmsqmKGvJX+TVFu\n4ongplOBJZGxGyianZ5h0efMmF3C8XBZIUoo4UIOrXlFyfDNGxqaHDEdk5a0QggQ\n-----END RSA PRIVATE KEY-----\n"  # verdict: defect - a private key
EC_KEY = "-----BEGIN EC PRIVATE KEY-----\nB3exJ2GipJuyeBj4ikc47VeglxlM6LYB1cytNlrzRQ2K/jymSFOZRO7Ojl6Pxzr8\nmNXi7F743IfVSk7OOQq3OkKT+ovhEZDUQuu2zzltM/bRoDiP0LGz85BeCpRFFTLq\nly1XJCfi2v1EDKXNmsVBTdkpHSy21mrrFvcb0NPqDyAtk8x6s10GEWOvIg6K2UbW\n-----END EC PRIVATE KEY-----\n"  # verdict: defect - a private key
SSH_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\n7JqOqglEoJHiLN0SEy7EsxBV77mWVgzMI5qX2A99gAz9exHWMZk+QANoz38hgGqg\nU+/u90/oPBt8ZaYhwrXZmd6pS3NPmiD6bREQYFmByoRXBA892qfUL9hvgFq+NO5T\ntFtr8duhYw0HvKHm7YJ5SeVERiPot5dYHOxAjhPHKBKI24Trq2l29lt4IfCvnfVm\n-----END OPENSSH PRIVATE KEY-----\n"  # verdict: defect - a private key
PKCS8_KEY = "-----BEGIN PRIVATE KEY-----\nJrO8qs0IREtMcst/m8XSCeRQ2xLwPDu33+wSQwfTshPo5HRcHFSf1aueVbqiURz7\nKxdtDEQCdTSTTcQKINyPpa9w+XTbH32NcP0YnRhqgYDd5t4lDJXwqvgveI993QOj\ntMFsIHCqxn2AF5qw9g/BT0+cAB7UnQQArZlVJUlJd9LDwwg+ILNDd0OBn6LnfY0P\n-----END PRIVATE KEY-----\n"  # verdict: defect - a private key
GITHUB = "ghp_1bTuTcimWCmw6GVoQHACQmma6WSh5VXb1xYa"  # verdict: fine - its checksum is wrong
NPM = "npm_2cAA3VdpnyQJeQ0JXxJzKSKuMXdZwIN4y26b"  # verdict: fine - its checksum is wrong
AWS_ID = "AKIAIOSFODNN7EXAMPLE"  # verdict: fine - from the documentation
AWS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # verdict: fine - from the documentation
MASKED = "sk_live_************************"  # verdict: fine - masked
SHOWN = "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx"  # verdict: fine - masked
GITLAB = "glpat-xxxxxxxxxxxxxxxxxxxx"  # verdict: fine - masked
PATTERN = re.compile(r"ghp_[0-9A-Za-z]{36}")  # verdict: fine - the form itself
SLACK = re.compile(r"xox[abprs]-[0-9]{10,13}-[0-9A-Za-z-]+")  # verdict: fine - the form itself
PREFIXES = ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")  # verdict: fine - only beginnings
HEADER = "-----BEGIN RSA PRIVATE KEY-----"  # verdict: fine - only the first line
SHORTENED = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"  # verdict: fine - an ellipsis
PUBLIC = "-----BEGIN PUBLIC KEY-----\nHOYIvcztLBFavLqcjVqfAMBQ1uq2kenOSN7FsICAfPh2VH1LiFGMqoR6QLqXGvoO\n-----END PUBLIC KEY-----"  # verdict: fine - public
FROM_1_TO_9 = "squ_0123456789abcdef0123456789abcdef01234567"  # verdict: fine - runs through the digits
COMMIT = "d587d6d455d768e25cacd9a2bfc7a466a801f264"  # verdict: fine - the name of a commit
CHECKSUM = "sha256:baa0ad26bb256a643b2b037c5408204acd40410460194817a17c79a0f86d83aa"  # verdict: fine - a checksum
INTEGRITY = "sha384-fwCJtYTSfJpdF3rD1WVZZ2Gh8CIKqDFVftHLA0h2uKn8LUvnDYsSAGax0xmErkCC"  # verdict: fine - a checksum
NAMESPACE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"  # verdict: fine - a namespace of everybody
IMAGE = "registry.acme.io/app@sha256:d9d649ac4ec72a310f8b16d526bde37549e83b0049919e9561d88aa12f365fb1"  # verdict: fine - a digest
REVISION = "c7d0136fee69"  # verdict: fine - a revision of a migration
