"""Generated from `policies/*.yml` by `make index`; a test keeps it fresh. Never written by hand."""

from __future__ import annotations

from deployflow_gate.policy.written import Layer, Said, Setting, Written

PRESETS: dict[str, Written] = {
    "deployflow": Written(
        fail_on=Said("error", "preset deployflow:5"),
        inline_ignores=Said("allow", "preset deployflow:6"),
    ),
    "everything": Written(
        fail_on=Said("error", "preset everything:6"),
        inline_ignores=Said("forbid", "preset everything:7"),
        layers=(
            Layer(
                "preset",
                None,
                {
                    "all": Setting("on", {}, "preset everything:9"),
                    "cleartext-download": Setting("warning", {'redirects': True}, "preset everything:11"),
                    "shell-script-defect": Setting(None, {'threshold': 'style'}, "preset everything:12"),
                },
            ),
        ),
    ),
    "minimal": Written(
        fail_on=Said("error", "preset minimal:5"),
        inline_ignores=Said("allow", "preset minimal:6"),
        layers=(
            Layer(
                "preset",
                None,
                {
                    "all": Setting("off", {}, "preset minimal:8"),
                    "level/error": Setting("on", {}, "preset minimal:9"),
                    "chapter/policy": Setting("default", {}, "preset minimal:10"),
                    "latest-image": Setting("off", {}, "preset minimal:12"),
                },
            ),
        ),
    ),
    "security": Written(
        fail_on=Said("error", "preset security:5"),
        inline_ignores=Said("require-reason", "preset security:6"),
        layers=(
            Layer(
                "preset",
                None,
                {
                    "all": Setting("off", {}, "preset security:8"),
                    "chapter/policy": Setting("default", {}, "preset security:9"),
                    "unparsable-file": Setting("default", {}, "preset security:11"),
                    "chapter/secrets": Setting("error", {}, "preset security:12"),
                    "root-user": Setting("error", {}, "preset security:13"),
                    "privileged-container": Setting("error", {}, "preset security:14"),
                    "dangerous-capability": Setting("error", {}, "preset security:15"),
                    "missing-permissions": Setting("error", {}, "preset security:16"),
                    "excessive-permissions": Setting("error", {}, "preset security:17"),
                    "unpinned-action": Setting("error", {'trusted': ()}, "preset security:18"),
                    "copied-env-file": Setting("error", {}, "preset security:19"),
                    "incomplete-dockerignore": Setting("error", {}, "preset security:20"),
                    "latest-image": Setting("error", {}, "preset security:21"),
                    "piped-shell": Setting("error", {}, "preset security:23"),
                    "unchecked-tls": Setting("error", {}, "preset security:24"),
                    "unsigned-package": Setting("error", {}, "preset security:25"),
                    "cleartext-download": Setting("error", {}, "preset security:26"),
                    "weak-tls": Setting("error", {}, "preset security:27"),
                    "weak-hash": Setting("error", {}, "preset security:28"),
                    "remote-add": Setting("warning", {}, "preset security:29"),
                    "sudo-in-build": Setting("error", {}, "preset security:31"),
                    "password-by-chpasswd": Setting("error", {}, "preset security:32"),
                    "insecure-build-sandbox": Setting("error", {}, "preset security:33"),
                    "host-network-build": Setting("error", {}, "preset security:34"),
                    "socket-in-image": Setting("error", {}, "preset security:35"),
                },
            ),
        ),
    ),
    "size-first": Written(
        extends=(("deployflow", None),),
        layers=(
            Layer(
                "preset",
                None,
                {
                    "alpine-python": Setting("off", {}, "preset size-first:8"),
                    "full-base-image": Setting("error", {}, "preset size-first:9"),
                    "single-stage-build": Setting("error", {}, "preset size-first:10"),
                    "build-tools-in-image": Setting("error", {}, "preset size-first:11"),
                    "dev-requirement-in-image": Setting("error", {}, "preset size-first:12"),
                    "npm-dev-dependencies": Setting("error", {}, "preset size-first:13"),
                    "whole-frontend-copied": Setting("error", {}, "preset size-first:14"),
                    "apk-cache": Setting("error", {}, "preset size-first:16"),
                    "apt-lists-kept": Setting("error", {}, "preset size-first:17"),
                    "dnf-cache": Setting("error", {}, "preset size-first:18"),
                    "pip-cache": Setting("error", {}, "preset size-first:19"),
                    "yarn-cache": Setting("error", {}, "preset size-first:20"),
                    "yum-cache": Setting("error", {}, "preset size-first:21"),
                    "zypper-cache": Setting("error", {}, "preset size-first:22"),
                    "apt-recommended-packages": Setting("warning", {}, "preset size-first:23"),
                    "consecutive-run": Setting("warning", {}, "preset size-first:24"),
                    "temporary-file-kept": Setting("warning", {}, "preset size-first:25"),
                },
            ),
        ),
    ),
    "strict": Written(
        extends=(("deployflow", None),),
        fail_on=Said("warning", "preset strict:7"),
        inline_ignores=Said("require-reason", "preset strict:8"),
        layers=(
            Layer(
                "preset",
                None,
                {
                    "level/warning": Setting("error", {}, "preset strict:10"),
                    "level/notice": Setting("warning", {}, "preset strict:11"),
                    "unpinned-action": Setting("error", {'trusted': ()}, "preset strict:12"),
                },
            ),
        ),
    ),
}
