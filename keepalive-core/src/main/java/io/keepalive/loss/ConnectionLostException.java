package io.keepalive.loss;

import io.keepalive.internal.DurationText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection is dead: what ended it, how sure that is, and how long nothing had been received by then.
 *
 * <p>Survives serialization whole, as exceptions travel in some frameworks.
 *
 * @since 0.1
 */
public final class ConnectionLostException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * What ended the connection.
     *
     * @serial what ended the connection
     */
    private final LossCause cause;

    /**
     * How sure that is.
     *
     * @serial how sure that is
     */
    private final Confidence confidence;

    /**
     * What it rests on.
     *
     * @serial what it rests on
     */
    private final String evidence;

    /**
     * How long nothing had been received, or null.
     *
     * @serial how long nothing had been received, or null
     */
    private final @Nullable Duration idle;

    /**
     * When the peer was heard last, or null.
     *
     * @serial when the peer was heard last, or null
     */
    private final @Nullable Instant lastProofOfLife;

    /**
     * Makes an exception for a loss about which nothing else is known.
     *
     * @param loss what ended the connection
     * @param thrown what the failed call threw, or null
     */
    public ConnectionLostException(ConnectionLoss loss, @Nullable Throwable thrown) {
        this(loss, null, null, thrown);
    }

    /**
     * Makes an exception.
     *
     * @param loss what ended the connection
     * @param idle how long nothing had been received, or null if not known
     * @param lastProofOfLife when the peer was heard last, or null if not known
     * @param thrown what the failed call threw, or null
     */
    public ConnectionLostException(
            ConnectionLoss loss,
            @Nullable Duration idle,
            @Nullable Instant lastProofOfLife,
            @Nullable Throwable thrown) {
        super(message(Objects.requireNonNull(loss, "loss"), idle, lastProofOfLife), thrown);
        this.cause = loss.cause();
        this.confidence = loss.confidence();
        this.evidence = loss.evidence();
        this.idle = idle;
        this.lastProofOfLife = lastProofOfLife;
    }

    /**
     * What ended the connection, with confidence and evidence.
     *
     * @return the loss
     */
    public ConnectionLoss loss() {
        return new ConnectionLoss(cause, confidence, evidence);
    }

    /**
     * What ended the connection.
     *
     * @return the loss's cause
     */
    public LossCause cause() {
        return cause;
    }

    /**
     * How long nothing had been received from the peer.
     *
     * @return empty if not known
     */
    public Optional<Duration> idle() {
        return Optional.ofNullable(idle);
    }

    /**
     * When the peer was heard last.
     *
     * @return empty if not known
     */
    public Optional<Instant> lastProofOfLife() {
        return Optional.ofNullable(lastProofOfLife);
    }

    private static String message(ConnectionLoss loss, @Nullable Duration idle, @Nullable Instant lastProofOfLife) {
        StringBuilder text = new StringBuilder("connection lost: ").append(loss);
        if (idle != null) {
            text.append("; nothing received for ").append(DurationText.format(idle));
        }
        if (lastProofOfLife != null) {
            text.append("; last proof of life at ").append(lastProofOfLife);
        }
        return text.toString();
    }
}
