package io.keepalive.loss;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions of libraries that this one does not depend on, by the names of their classes, and where an exception was
 * thrown, by its stack trace. What they extend misleads: Apache's ConnectTimeoutException is an InterruptedIOException in
 * version 4 and a SocketTimeoutException in version 5.
 */
final class ExceptionTypes {
    private static final Map<String, LossCause> CAUSES = Map.ofEntries(
            Map.entry("java.net.http.HttpConnectTimeoutException", LossCause.CONNECT_TIMEOUT),
            Map.entry("io.netty.channel.ConnectTimeoutException", LossCause.CONNECT_TIMEOUT),
            Map.entry("io.netty.handler.proxy.ProxyConnectException", LossCause.UNKNOWN),
            Map.entry("org.apache.http.conn.ConnectTimeoutException", LossCause.CONNECT_TIMEOUT),
            Map.entry("org.apache.hc.client5.http.ConnectTimeoutException", LossCause.CONNECT_TIMEOUT),
            Map.entry("org.apache.http.NoHttpResponseException", LossCause.PEER_CLOSED),
            Map.entry("org.apache.hc.core5.http.NoHttpResponseException", LossCause.PEER_CLOSED),
            Map.entry("org.apache.http.ConnectionClosedException", LossCause.PEER_CLOSED),
            Map.entry("org.apache.hc.core5.http.ConnectionClosedException", LossCause.PEER_CLOSED),
            // Both extend IOException alone.
            Map.entry("org.bouncycastle.tls.TlsFatalAlert", LossCause.TLS),
            Map.entry("org.bouncycastle.tls.TlsFatalAlertReceived", LossCause.TLS),
            Map.entry("reactor.netty.http.client.PrematureCloseException", LossCause.PEER_CLOSED));

    private ExceptionTypes() {}

    /** The meaning of the class or of the nearest class that it extends; null if it has none here. */
    static @Nullable LossCause cause(Throwable thrown) {
        for (Class<?> type = thrown.getClass(); type != Object.class; type = type.getSuperclass()) {
            LossCause cause = CAUSES.get(type.getName());
            if (cause != null) {
                return cause;
            }
        }
        return null;
    }

    /** Whether the class, or the class that threw it, is of one of these packages. */
    static boolean isOf(Throwable thrown, String... packages) {
        StackTraceElement[] frames = thrown.getStackTrace();
        String thrower = frames.length == 0 ? "" : frames[0].getClassName();
        for (String prefix : packages) {
            if (thrown.getClass().getName().startsWith(prefix) || thrower.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it passed through a class of one of these packages. */
    static boolean passed(Throwable thrown, String... packages) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            for (String prefix : packages) {
                if (frame.getClassName().startsWith(prefix)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the JDK threw it from an attempt to connect. */
    static boolean isFromConnect(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = 0; i < Math.min(6, frames.length); i++) {
            String method = frames[i].getMethodName();
            if (isJdkSocket(frames[i]) && (method.contains("onnect") || method.equals("pollConnect"))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the JDK threw it from a read or a write, so that the connection was there. */
    static boolean isFromTransfer(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = 0; i < Math.min(6, frames.length); i++) {
            String method = frames[i].getMethodName();
            if (isJdkSocket(frames[i])
                    && (method.startsWith("read") || method.startsWith("write") || method.startsWith("impl"))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the JDK threw it when a write found its output closed. */
    static boolean isFromEndOfWrite(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        return frames.length > 0
                && frames[0].getClassName().startsWith("sun.nio.ch.")
                && (frames[0].getMethodName().startsWith("write")
                        || frames[0].getMethodName().endsWith("Write")); // endWrite of 17, implWrite of 25
    }

    private static boolean isJdkSocket(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("sun.nio.ch.") || name.startsWith("java.net.");
    }
}
