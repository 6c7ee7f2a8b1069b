"""What people see, in a real browser: Debian's Chromium, driven by Playwright. ``.ci/browser`` installs and runs it.

Every window reports what a person would not see but should know of: errors on the console, violations of the
Content-Security-Policy, requests to anybody else. A test fails at its end when there was any.
"""
