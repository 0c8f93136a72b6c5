package io.keepalive.cli.linux;

import java.io.IOException;

/** This JVM can make no system calls; the message is the reason and the remedy, in one line. */
public final class SystemCallsMissingException extends IOException {
    private static final long serialVersionUID = 1L;

    SystemCallsMissingException(String reason) {
        super(reason);
    }
}
