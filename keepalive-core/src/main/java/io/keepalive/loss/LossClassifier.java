package io.keepalive.loss;

import static io.keepalive.loss.Confidence.HIGH;
import static io.keepalive.loss.Confidence.LOW;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLProtocolException;

/**
 * Finds a {@link LossCause} by the classes of an exception and its causes, by where they were thrown, and by exact texts of
 * the system; nothing is concluded from a part of a text. The outermost sure verdict wins; without one the innermost
 * unsure one does, since libraries wrap a precise exception of the JDK into a vague one of their own.
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
            Map.entry("Closed by interrupt", LossCause.INTERRUPTED));

    /** Texts that say something, but not for sure. */
    private static final Map<String, LossCause> UNSURE_TEXTS = Map.of(
            "Stream closed", LossCause.LOCAL_CLOSED, // any stream, not only a socket's
            "Bad file descriptor", LossCause.LOCAL_CLOSED, // closed by another thread
            "Software caused connection abort", LossCause.LOCAL_CLOSED, // ECONNABORTED: ss --kill, for instance
            "Socket output is shutdown", LossCause.LOCAL_CLOSED,
            "Socket input is shutdown", LossCause.LOCAL_CLOSED,
            "HTTP connect timed out", LossCause.CONNECT_TIMEOUT, // java.net.http, within its own class for it
            "Permission denied", LossCause.UNREACHABLE, // a rule of this machine, or a sandbox
            "Operation not permitted", LossCause.UNREACHABLE,
            "Broken pipe", LossCause.UNKNOWN); // the error that broke it was delivered to another call

    /** What Linux makes of ICMP answers that are rare (net/ipv4/icmp.c, icmp_err_convert); in other calls these mean something else. */
    private static final Set<String> UNREACHABLE_TEXTS = Set.of(
            "Protocol not available", // ENOPROTOOPT: protocol unreachable
            "Operation not supported", // EOPNOTSUPP: source route failed
            "Host is down", // EHOSTDOWN: host unknown
            "Machine is not on the network", // ENONET: source host isolated
            "Protocol error"); // EPROTO: parameter problem

    /** Errors of this process, which say nothing about the connection. */
    private static final Set<String> NO_LOSS = Set.of("Too many open files", "Too many open files in system");

    /** An unanswered probe or segment takes longer than this; a peer that acknowledged later is alive. */
    private static final long RECENT_ACK_MILLIS = 1_000;

    private static final String[] TLS_PROVIDERS = {"sun.security.ssl.", "org.bouncycastle.", "org.conscrypt."};

    private LossClassifier() {}

    /** Asks for the kernel's view only where class and text leave a doubt that it can settle. */
    static Optional<ConnectionLoss> classify(Throwable thrown, KernelState kernel) {
        return classify(thrown).map(loss -> switch (loss.cause()) {
            case PEER_CLOSED -> loss.confidence() == LOW ? endOfStream(loss, kernel) : loss;
            case PEER_RESET -> reset(loss, kernel);
            case PATH_TIMEOUT -> pathTimeout(loss, kernel);
            case LOCAL_CLOSED -> closed(thrown, loss, kernel);
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

    /** A user timeout also ends the connection of a peer that answers each window probe and does not read. */
    private static ConnectionLoss pathTimeout(ConnectionLoss loss, KernelState kernel) {
        OptionalLong silence = kernel.silenceMillis();
        return silence.isPresent() && silence.getAsLong() < RECENT_ACK_MILLIS
                ? new ConnectionLoss(
                        LossCause.WRITE_STALLED,
                        LOW,
                        loss.evidence() + ", but the peer acknowledged " + silence.getAsLong()
                                + " ms ago: a user timeout, while the peer does not read")
                : loss;
    }

    /** A channel that the JDK reports as closed and that is closed was closed by this side. */
    private static ConnectionLoss closed(Throwable thrown, ConnectionLoss loss, KernelState kernel) {
        return loss.confidence() == LOW
                        && thrown instanceof ClosedChannelException
                        && ExceptionTypes.isOf(thrown, "sun.nio.ch.", "java.nio.channels.")
                        && kernel.isClosedHere()
                ? new ConnectionLoss(LossCause.LOCAL_CLOSED, HIGH, loss.evidence() + ", and the channel is closed")
                : loss;
    }

    /**
     * The words may be of a language that can't be looked up. In a read the JDK names a reset by itself and in English,
     * so that a connection which the kernel has given up most likely died of silence.
     */
    private static ConnectionLoss unknownWords(Throwable thrown, ConnectionLoss loss, KernelState kernel) {
        return !UNSURE_TEXTS.containsKey(String.valueOf(thrown.getMessage()))
                        && failedInRead(thrown)
                        && kernel.state().equals(Optional.of(TcpInfo.State.CLOSE))
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
        Optional<ConnectionLoss> unsure = Optional.empty();
        boolean connecting = false;
        Throwable current = thrown;
        for (int depth = 0; current != null && depth < DEEPEST_CAUSE; depth++, current = current.getCause()) {
            if (current instanceof ConnectionLostException lost) {
                return Optional.of(lost.loss());
            }
            if (isNoLoss(current)) {
                return Optional.empty();
            }
            if (connecting && current instanceof ClosedChannelException) {
                break; // java.net.http closes the channel when the attempt has failed
            }
            Optional<ConnectionLoss> loss = byType(current);
            if (loss.isEmpty() && current instanceof SSLException) {
                loss = tls((SSLException) current);
            }
            if (loss.isPresent() && loss.get().confidence() == HIGH) {
                return loss;
            }
            if (loss.isPresent() && (unsure.isEmpty() || loss.get().cause() != LossCause.UNKNOWN || isTls(unsure))) {
                unsure = loss;
            }
            connecting |= current instanceof ConnectException;
        }
        return unsure;
    }

    private static boolean isTls(Optional<ConnectionLoss> loss) {
        return loss.filter(found -> found.cause() == LossCause.TLS).isPresent();
    }

    /** A timeout of a call that read, or an error that is not the connection's. */
    private static boolean isNoLoss(Throwable thrown) {
        if (ExceptionTypes.cause(thrown) != null) {
            return false;
        }
        return (thrown instanceof SocketTimeoutException && !isConnectTimeout(thrown))
                || thrown instanceof InterruptedByTimeoutException
                || (thrown instanceof IOException && NO_LOSS.contains(String.valueOf(thrown.getMessage())));
    }

    /** By the text of this JDK, of JDK 12 and Android, or by where it was thrown. */
    private static boolean isConnectTimeout(Throwable thrown) {
        return "Connect timed out".equals(thrown.getMessage())
                || "connect timed out".equals(thrown.getMessage())
                || ExceptionTypes.isFromConnect(thrown);
    }

    private static Optional<ConnectionLoss> byType(Throwable thrown) {
        LossCause named = ExceptionTypes.cause(thrown);
        if (named != null) {
            return loss(named, named == LossCause.CONNECT_TIMEOUT ? HIGH : LOW, thrown);
        }
        if (thrown instanceof SocketTimeoutException) {
            return loss(LossCause.CONNECT_TIMEOUT, HIGH, thrown);
        }
        if (thrown instanceof ClosedByInterruptException) {
            return loss(LossCause.INTERRUPTED, HIGH, thrown);
        }
        if (thrown instanceof InterruptedIOException) {
            // The base class of many a timeout, such as OkHttp's for a call: nobody need have been interrupted.
            return loss(LossCause.UNKNOWN, LOW, thrown);
        }
        if (thrown instanceof AsynchronousCloseException) {
            // The JDK throws it after shutdownOutput(), too, while the channel is open.
            return loss(LossCause.LOCAL_CLOSED, ExceptionTypes.isFromEndOfWrite(thrown) ? LOW : HIGH, thrown);
        }
        if (thrown instanceof ClosedChannelException) {
            // Netty throws it after the peer's FIN or RST, too, and the JDK after this side's shutdownOutput().
            return loss(
                    ExceptionTypes.isOf(thrown, "io.netty.") ? LossCause.UNKNOWN : LossCause.LOCAL_CLOSED, LOW, thrown);
        }
        if (thrown instanceof UnknownHostException || thrown instanceof UnresolvedAddressException) {
            return loss(LossCause.UNRESOLVED, HIGH, thrown);
        }
        if (thrown instanceof NoRouteToHostException) {
            return loss(LossCause.UNREACHABLE, HIGH, thrown);
        }
        if (thrown instanceof PortUnreachableException) {
            return loss(LossCause.UNREACHABLE, LOW, thrown);
        }
        if (thrown instanceof EOFException) {
            // A reader gets an end of stream also when a writer of the same socket was handed the error.
            return loss(LossCause.PEER_CLOSED, LOW, thrown);
        }
        return thrown instanceof IOException && !(thrown instanceof SSLException) ? byText(thrown) : Optional.empty();
    }

    /**
     * Sure only if the JDK's provider refused something itself: others report an end of the connection during the handshake
     * by the same classes. What could not be written after an error is suppressed in the JDK's.
     */
    private static Optional<ConnectionLoss> tls(SSLException thrown) {
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (suppressed instanceof SocketException) {
                Optional<ConnectionLoss> below = byType(suppressed);
                if (below.isPresent() && below.get().confidence() == HIGH) {
                    return below;
                }
            }
        }
        boolean refused = thrown instanceof SSLHandshakeException
                || thrown instanceof SSLProtocolException
                || thrown instanceof SSLKeyException
                || thrown instanceof SSLPeerUnverifiedException;
        boolean byIo = false;
        boolean byCertificate = false;
        Throwable cause = thrown.getCause();
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            byIo |= cause instanceof IOException && !(cause instanceof SSLException);
            byCertificate |= cause instanceof GeneralSecurityException;
        }
        boolean sure = !byIo && (byCertificate || (refused && ExceptionTypes.isOf(thrown, "sun.security.ssl.")));
        return loss(LossCause.TLS, sure ? HIGH : LOW, thrown);
    }

    private static Optional<ConnectionLoss> byText(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        // On Windows the JDK appends the name of the system call: "Connection reset: getsockopt".
        int colon = message.indexOf(": ");
        String words = colon < 0 ? message : message.substring(0, colon);
        LossCause known = TEXTS.get(words);
        LossCause cause = known != null ? known : ErrnoTexts.cause(message).orElse(null);
        if (UNREACHABLE_TEXTS.contains(words)
                && (ExceptionTypes.isFromConnect(thrown) || ExceptionTypes.isFromTransfer(thrown))) {
            return loss(LossCause.UNREACHABLE, LOW, thrown);
        }
        if (thrown instanceof ConnectException) {
            // Thrown by connect only, where a timeout is the attempt's.
            if (cause == LossCause.PATH_TIMEOUT) {
                return loss(LossCause.CONNECT_TIMEOUT, HIGH, thrown);
            }
            if (cause != null) {
                return loss(cause, HIGH, thrown);
            }
            LossCause unsure = UNSURE_TEXTS.get(words);
            return loss(unsure != null ? unsure : LossCause.REFUSED, LOW, thrown);
        }
        if (cause == LossCause.REFUSED && !ExceptionTypes.isFromConnect(thrown)) {
            // On a connection that was there it is an ICMP answer that a port is unreachable.
            return loss(ExceptionTypes.isFromTransfer(thrown) ? LossCause.UNREACHABLE : LossCause.REFUSED, LOW, thrown);
        }
        if (cause == LossCause.LOCAL_CLOSED && ExceptionTypes.passed(thrown, TLS_PROVIDERS)) {
            return loss(cause, LOW, thrown); // a provider closes the socket itself after the peer's error
        }
        if (cause != null) {
            return loss(cause, HIGH, thrown);
        }
        return loss(UNSURE_TEXTS.getOrDefault(words, LossCause.UNKNOWN), LOW, thrown);
    }

    private static Optional<ConnectionLoss> loss(LossCause cause, Confidence confidence, Throwable thrown) {
        String message = thrown.getMessage();
        String evidence = thrown.getClass().getSimpleName() + (message == null ? "" : " '" + message + "'");
        return Optional.of(new ConnectionLoss(cause, confidence, evidence));
    }
}
