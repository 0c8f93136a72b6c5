package io.keepalive.socket;

import java.io.IOException;

/**
 * A policy could not be applied in full, and the caller had asked for all of it: strict builders and
 * {@link KeepAliveReport#orThrow()}.
 *
 * @since 0.1
 */
public final class KeepAliveException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient KeepAliveReport report;

    KeepAliveException(KeepAliveReport report) {
        super("keepalive policy not fully applied: " + report);
        this.report = report;
    }

    /**
     * What became of every option.
     *
     * @return the report; not kept by serialization
     */
    public KeepAliveReport report() {
        return report;
    }
}
