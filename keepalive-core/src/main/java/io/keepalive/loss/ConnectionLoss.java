package io.keepalive.loss;

import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;

/**
 * What ended a connection, how sure that is, and what it rests on.
 *
 * @param cause what ended the connection
 * @param confidence how sure that is
 * @param evidence what it rests on, for people
 * @since 0.1
 */
public record ConnectionLoss(LossCause cause, Confidence confidence, String evidence) {

    /**
     * Refuses null.
     *
     * @param cause what ended the connection
     * @param confidence how sure that is
     * @param evidence what it rests on, for people
     */
    public ConnectionLoss {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(confidence, "confidence");
        Objects.requireNonNull(evidence, "evidence");
    }

    /**
     * Finds out what an exception says about a connection, from its class and from the texts that the JDK and the C
     * libraries are known to use, exactly compared. A text in another language than English is known on Linux with JDK 22
     * or newer and native access allowed; elsewhere it gives {@link LossCause#UNKNOWN}, never a guess.
     *
     * @param thrown what a call on the connection threw; its causes are looked at too
     * @return empty if it does not say that the connection is gone: a read timeout, or no I/O at all
     */
    public static Optional<ConnectionLoss> of(Throwable thrown) {
        return LossClassifier.classify(thrown, KernelState.NONE);
    }

    /**
     * The same, with what the kernel still knows about the connection: it tells a real end of stream from one that
     * another thread's error left behind, and, where {@link TcpInfo} can be had, a reset after a long silence from one in
     * the midst of traffic. To be called before the socket is closed. Costs some microseconds, or a look at the kernel's
     * list of connections, which takes milliseconds with thousands of them.
     *
     * @param thrown what a call on the connection threw; an {@link java.io.EOFException} stands for a read that returned
     *     -1
     * @param socket the socket that the call was on
     * @return empty if it does not say that the connection is gone
     */
    public static Optional<ConnectionLoss> of(Throwable thrown, Socket socket) {
        return LossClassifier.classify(thrown, LinuxKernelState.of(socket));
    }

    /**
     * The same for a channel.
     *
     * @param thrown what a call on the connection threw; an {@link java.io.EOFException} stands for a read that returned
     *     -1
     * @param channel the channel that the call was on
     * @return empty if it does not say that the connection is gone
     */
    public static Optional<ConnectionLoss> of(Throwable thrown, SocketChannel channel) {
        return LossClassifier.classify(thrown, LinuxKernelState.of(channel));
    }

    /**
     * What ended a connection by an exception, whatever it says: {@link LossCause#UNKNOWN} where nothing is known.
     *
     * @param known what was found out about it
     * @param thrown the exception
     * @return never a guess
     */
    public static ConnectionLoss orUnknown(Optional<ConnectionLoss> known, Throwable thrown) {
        return known.orElseGet(() -> new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, thrown.toString()));
    }

    /**
     * A connection that this side closed.
     *
     * @return {@link LossCause#LOCAL_CLOSED}
     */
    public static ConnectionLoss closedHere() {
        return new ConnectionLoss(LossCause.LOCAL_CLOSED, Confidence.HIGH, "closed here");
    }

    /**
     * This loss as a sentence.
     *
     * @return cause, description, confidence and evidence
     */
    @Override
    public String toString() {
        return cause + ": " + cause.description() + " (confidence " + confidence + "; " + evidence + ")";
    }
}
