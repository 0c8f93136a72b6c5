package io.keepalive.loss;

import static io.keepalive.loss.Confidence.HIGH;
import static io.keepalive.loss.Confidence.LOW;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * The first step of finding a {@link LossCause}: class and text of an exception. Order matters: the classes whose
 * meaning is fixed come first, then the exact texts, and nothing is concluded from a part of a text, since "Read timed
 * out" and "Connect timed out" are no lost connections.
 */
final class LossClassifier {
    /** Longer chains of causes are loops or not about sockets. */
    private static final int DEEPEST_CAUSE = 8;

    /** The shortest idle timeout of the catalogue: no box that is known forgets sooner. */
    private static final long LONG_SILENCE_MILLIS = 30_000;

    /** Texts of the JDK itself, which are never translated, and of glibc, musl, macOS and Windows in English. */
    private static final Map<String, LossCause> TEXTS = Map.ofEntries(
            Map.entry("Connection reset", LossCause.PEER_RESET),
            Map.entry("Connection reset by peer", LossCause.PEER_RESET),
            Map.entry("Connection timed out", LossCause.PATH_TIMEOUT), // glibc, ETIMEDOUT
            Map.entry("Operation timed out", LossCause.PATH_TIMEOUT), // musl, macOS, ETIMEDOUT
            Map.entry("Network dropped connection on reset", LossCause.PATH_TIMEOUT), // WSAENETRESET: keepalive failed
            Map.entry("No route to host", LossCause.UNREACHABLE),
            Map.entry("Host is unreachable", LossCause.UNREACHABLE),
            Map.entry("Network is unreachable", LossCause.UNREACHABLE),
            Map.entry("Connection refused", LossCause.REFUSED),
            Map.entry("Socket closed", LossCause.LOCAL_CLOSED),
            Map.entry("Socket is closed", LossCause.LOCAL_CLOSED),
            Map.entry("Stream closed", LossCause.LOCAL_CLOSED),
            Map.entry("Closed by interrupt", LossCause.INTERRUPTED));

    /** What stands only if no deeper cause of the exception knows better. */
    private static final Set<LossCause> VAGUE = Set.of(LossCause.TLS, LossCause.UNKNOWN);

    private LossClassifier() {}

    /** Asks for the kernel's view only where class and text leave a doubt that it can settle. */
    static Optional<ConnectionLoss> classify(Throwable thrown, KernelState kernel) {
        return classify(thrown).map(loss -> switch (loss.cause()) {
            case PEER_CLOSED -> loss.confidence() == LOW ? endOfStream(loss, kernel) : loss;
            case PEER_RESET -> reset(loss, kernel);
            case UNKNOWN -> unknownWords(thrown, loss, kernel);
            default -> loss;
        });
    }

    /** An end of stream is what a thread gets, too, when the error was delivered to another one. */
    private static ConnectionLoss endOfStream(ConnectionLoss loss, KernelState kernel) {
        Optional<TcpInfo.State> known = kernel.state();
        if (known.isEmpty()) {
            return loss;
        }
        String evidence = loss.evidence() + ", the kernel says " + known.get();
        return switch (known.get()) {
            case CLOSE_WAIT, LAST_ACK, CLOSING, TIME_WAIT -> new ConnectionLoss(LossCause.PEER_CLOSED, HIGH, evidence);
            case CLOSE ->
                new ConnectionLoss(LossCause.UNKNOWN, LOW, evidence + ": no FIN came, and another call got the reason");
            default -> new ConnectionLoss(LossCause.PEER_CLOSED, LOW, evidence);
        };
    }

    /**
     * The words may be of a language that can't be looked up. In a read the JDK names a reset by itself and in English,
     * so that a connection which the kernel has given up most likely died of silence.
     */
    private static ConnectionLoss unknownWords(Throwable thrown, ConnectionLoss loss, KernelState kernel) {
        return failedInRead(thrown) && kernel.state().equals(Optional.of(TcpInfo.State.CLOSE))
                ? new ConnectionLoss(LossCause.PATH_TIMEOUT, LOW, loss.evidence() + " in a read, the kernel says CLOSE")
                : loss;
    }

    /**
     * Whether the call that failed was a read: thrown by the JDK's native method for it (read0, readv0), or, on a socket,
     * by what translates that exception.
     */
    private static boolean failedInRead(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        if (frames.length == 0 || !frames[0].getClassName().startsWith("sun.nio.ch.")) {
            return false;
        }
        String method = frames[0].getMethodName();
        return method.equals("implRead") || (method.startsWith("read") && frames[0].isNativeMethod());
    }

    /** Never sure: a peer that was restarted in the meantime answers as a box does that has forgotten the flow. */
    private static ConnectionLoss reset(ConnectionLoss loss, KernelState kernel) {
        OptionalLong silence = kernel.silenceMillis();
        return silence.isEmpty() || silence.getAsLong() < LONG_SILENCE_MILLIS
                ? loss
                : new ConnectionLoss(
                        LossCause.RESET_ON_IDLE,
                        LOW,
                        loss.evidence() + " after " + silence.getAsLong() + " ms of silence");
    }

    private static Optional<ConnectionLoss> classify(Throwable thrown) {
        Optional<ConnectionLoss> vague = Optional.empty();
        Throwable current = thrown;
        for (int depth = 0; current != null && depth < DEEPEST_CAUSE; depth++, current = current.getCause()) {
            if (current instanceof ConnectionLostException lost) {
                return Optional.of(lost.loss());
            }
            if (isReadTimeout(current)) {
                return Optional.empty();
            }
            Optional<ConnectionLoss> loss = byClassAndText(current);
            if (loss.isPresent() && !VAGUE.contains(loss.get().cause())) {
                return loss;
            }
            vague = vague.or(() -> loss);
        }
        return vague;
    }

    private static boolean isReadTimeout(Throwable thrown) {
        return (thrown instanceof SocketTimeoutException && !"Connect timed out".equals(thrown.getMessage()))
                || thrown instanceof InterruptedByTimeoutException;
    }

    private static Optional<ConnectionLoss> byClassAndText(Throwable thrown) {
        if (thrown instanceof SocketTimeoutException) {
            return loss(LossCause.CONNECT_TIMEOUT, HIGH, thrown);
        }
        if (thrown instanceof ClosedByInterruptException
                || thrown instanceof InterruptedIOException
                || thrown instanceof InterruptedException) {
            return loss(LossCause.INTERRUPTED, HIGH, thrown);
        }
        if (thrown instanceof AsynchronousCloseException || thrown instanceof ClosedChannelException) {
            return loss(LossCause.LOCAL_CLOSED, HIGH, thrown);
        }
        if (thrown instanceof UnknownHostException || thrown instanceof UnresolvedAddressException) {
            return loss(LossCause.UNRESOLVED, HIGH, thrown);
        }
        if (thrown instanceof NoRouteToHostException) {
            return loss(LossCause.UNREACHABLE, HIGH, thrown);
        }
        if (thrown instanceof PortUnreachableException) {
            return loss(LossCause.REFUSED, HIGH, thrown);
        }
        if (thrown instanceof EOFException) {
            // A reader gets an end of stream also when a writer of the same socket was handed the error.
            return loss(LossCause.PEER_CLOSED, LOW, thrown);
        }
        if (thrown instanceof SSLException) {
            return loss(LossCause.TLS, HIGH, thrown);
        }
        return thrown instanceof IOException ? byText(thrown) : Optional.empty();
    }

    private static Optional<ConnectionLoss> byText(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        // On Windows the JDK appends the name of the system call: "Connection reset: getsockopt".
        int colon = message.indexOf(": ");
        LossCause known = TEXTS.get(colon < 0 ? message : message.substring(0, colon));
        LossCause cause = known != null ? known : ErrnoTexts.cause(message).orElse(null);
        if (thrown instanceof ConnectException) {
            // Thrown by connect only, where a timeout is the attempt's.
            if (cause == LossCause.PATH_TIMEOUT) {
                return loss(LossCause.CONNECT_TIMEOUT, HIGH, thrown);
            }
            return loss(cause == null ? LossCause.REFUSED : cause, cause == null ? LOW : HIGH, thrown);
        }
        if (cause != null) {
            return loss(cause, HIGH, thrown);
        }
        // "Broken pipe" too: the error that broke it was delivered to another call.
        return loss(LossCause.UNKNOWN, LOW, thrown);
    }

    private static Optional<ConnectionLoss> loss(LossCause cause, Confidence confidence, Throwable thrown) {
        String message = thrown.getMessage();
        String evidence = thrown.getClass().getSimpleName() + (message == null ? "" : " '" + message + "'");
        return Optional.of(new ConnectionLoss(cause, confidence, evidence));
    }
}
