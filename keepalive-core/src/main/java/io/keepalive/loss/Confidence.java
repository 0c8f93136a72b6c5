package io.keepalive.loss;

/**
 * How sure a {@link ConnectionLoss} is of its cause.
 *
 * @since 0.1
 */
public enum Confidence {
    /** The evidence leaves no other cause. */
    HIGH,

    /** The likeliest cause; another one looks the same from here. */
    LOW
}
