"""Scanners of images for known vulnerabilities, as they are named in actions, images and commands."""

from __future__ import annotations

SCANNERS = (
    "trivy", "grype", "snyk", "clair", "clairctl", "clair-scanner", "anchore", "anchorectl",
    r"docker[ /]scout(?:-action)?", r"scout-action", r"docker[ ]scan", "ghaction-container-scan",
    "twistcli", "prisma-cloud-scan", "wiz-cli", "wizcli", r"wiz-sec", "sysdig(?:labs)?", "sysdig-cli-scanner",
    "aquasec(?:urity)?", "jf[ ]docker[ ]scan", "jf[ ]scan", "frogbot", "setup-jfrog-cli", "osv-scanner(?:-action)?",
    "roxctl", "neuvector", "lacework", "lw-scanner", "qualys", "orca-cli", "mondoo", "cnspec", "kubescape",
    "vulnerability-scan-github-action-for-amazon-inspector", "inspector-scan", "start-image-scan",
    r"gcloud[ ]artifacts[ ]docker[ ]images[ ]scan", "checkmarx", "veracode", "black-?duck", "aikido", "endorctl",
    "falcon-container-image-scan(?:-action)?", "xygeni", "jit-security", "threatmapper",
    "scan-action", r"security-(?:scan|tests?)s?\.ya?ml",
    "(?:image|docker|container|vulnerability|vuln)s?[-_ ]scan(?:ner|ning)?s?(?:-action)?",
    "scan[-_ ](?:the[-_ ])?(?:image|docker|container)s?",
)  # fmt: skip
"""Regular expressions of whole words, in any case. The last ones are names that people give to workflows, jobs
and scripts of their own."""
