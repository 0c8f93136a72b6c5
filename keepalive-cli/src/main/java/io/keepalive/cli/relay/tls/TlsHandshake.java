package io.keepalive.cli.relay.tls;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.security.cert.CertPathBuilderException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** The handshake of a {@link TlsChannel}. */
final class TlsHandshake {
    private final SSLEngine engine;
    private final TlsInput input;
    private final TlsOutput output;
    private final SelectionKey key;
    private boolean begun;

    TlsHandshake(SSLEngine engine, TlsInput input, TlsOutput output, SelectionKey key) {
        this.engine = engine;
        this.input = input;
        this.output = output;
        this.key = key;
    }

    /** See {@link TlsChannel#handshake}. */
    TlsChannel.Handshake proceed() throws IOException {
        if (!begun) {
            begun = true;
            engine.beginHandshake();
        }
        try {
            while (true) {
                if (!output.flush()) {
                    return TlsChannel.Handshake.WAITS;
                }
                switch (engine.getHandshakeStatus()) {
                    case NEED_WRAP -> output.wrapOwn();
                    case NEED_TASK -> {
                        key.interestOps(0);
                        return TlsChannel.Handshake.TASK;
                    }
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        if (!input.receiveHandshake()) {
                            key.interestOps(SelectionKey.OP_READ);
                            return TlsChannel.Handshake.WAITS;
                        }
                    }
                    default -> {
                        key.interestOps(0);
                        return TlsChannel.Handshake.DONE;
                    }
                }
            }
        } catch (SSLException e) {
            sendAlert(e);
            throw readable(e);
        }
    }

    private void sendAlert(SSLException cause) {
        try {
            for (int i = 0; i < 2 && !engine.isOutboundDone() && output.flush(); i++) {
                output.wrapOwn();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The provider's text for the most frequent mistake is about paths that it builds. */
    private static SSLException readable(SSLException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                SSLException readable = new SSLHandshakeException("the other relay's certificate is not trusted here");
                readable.initCause(e);
                return readable;
            }
        }
        return e;
    }

    /** Signs, and checks the peer's certificate. Any thread, one at a time. */
    static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
