package io.keepalive;

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
public record Loss(LossCause cause, Confidence confidence, String evidence) {

    /**
     * Refuses null.
     *
     * @param cause what ended the connection
     * @param confidence how sure that is
     * @param evidence what it rests on, for people
     */
    public Loss {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(confidence, "confidence");
        Objects.requireNonNull(evidence, "evidence");
    }

    /**
     * Finds out what an exception says about a connection, from its class and from the texts that the JDK and the C
     * libraries are known to use, exactly compared. A text in another language than English gives
     * {@link LossCause#UNKNOWN}, never a guess.
     *
     * @param thrown what a call on the connection threw; its causes are looked at too
     * @return empty if it does not say that the connection is gone: a read timeout, or no I/O at all
     */
    public static Optional<Loss> of(Throwable thrown) {
        return LossClassifier.classify(thrown);
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
