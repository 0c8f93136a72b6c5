package io.keepalive.cli.probe;

import java.io.IOException;

/** A fresh connection to the target does not work: nothing that died at the same time proves anything. */
final class NetworkLostException extends IOException {
    private static final long serialVersionUID = 1;

    NetworkLostException(String message) {
        super(message);
    }
}
