package io.keepalive.internal.linux;

import java.io.IOException;

/** A socket's descriptor could not be had for certain, so nothing was done; the message says what would help. */
public final class NoDescriptorException extends IOException {
    private static final long serialVersionUID = 1;

    NoDescriptorException(String message) {
        super(message);
    }
}
