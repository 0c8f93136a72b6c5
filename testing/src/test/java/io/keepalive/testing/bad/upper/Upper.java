package io.keepalive.testing.bad.upper;

import io.keepalive.testing.bad.lower.Lower;

/** Breaks the rules on purpose, for ArchitectureRulesTest. */
public class Upper {
    public Lower lower() {
        return new Lower();
    }
}
