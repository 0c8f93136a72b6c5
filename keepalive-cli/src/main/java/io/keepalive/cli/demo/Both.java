package io.keepalive.cli.demo;

import java.util.function.Function;

/** A thing for each side. */
record Both<T>(T plain, T kept) {

    static <T> Both<T> each(Function<Side, T> thing) {
        return new Both<>(thing.apply(Side.PLAIN), thing.apply(Side.KEPT));
    }

    T of(Side side) {
        return side == Side.PLAIN ? plain : kept;
    }
}
