package io.keepalive.netty;

import io.keepalive.Confidence;
import io.keepalive.Loss;
import io.keepalive.LossCause;
import java.io.IOException;

/** What the transports' exceptions say about a connection. */
final class TransportErrors {
    /** Of an optional module, and so by name. */
    private static final String NATIVE = "io.netty.channel.unix.Errors$NativeIoException";

    private TransportErrors() {}

    /** What ended the connection; UNKNOWN if the exception does not say, and may have nothing to do with it. */
    static Loss loss(IOException thrown) {
        return Loss.of(thrown.getClass().getName().equals(NATIVE) ? systemsWords(thrown) : thrown)
                .orElseGet(() -> new Loss(LossCause.UNKNOWN, Confidence.LOW, thrown.toString()));
    }

    /** Netty's native transports say which call failed, and then what the system says: after the last colon. */
    private static IOException systemsWords(IOException thrown) {
        String message = String.valueOf(thrown.getMessage());
        return new IOException(message.substring(message.lastIndexOf(": ") + 1).strip(), thrown);
    }
}
