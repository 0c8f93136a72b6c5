package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.CarryingSocket;

/**
 * The options of a socket whose methods for options may reach a descriptor that carries nothing: none of them is set, and
 * the report says why.
 */
record UnprovenSocketOptions(CarryingSocket carrying) implements SocketOptions {
    @Override
    public long get(KeepAliveOption option) {
        throw new UnsupportedOperationException(carrying.whyUnproven());
    }

    @Override
    public void set(KeepAliveOption option, long value) {
        throw new UnsupportedOperationException(carrying.whyUnproven());
    }

    @Override
    public String whyMissing(KeepAliveOption option) {
        return carrying.whyUnproven();
    }

    @Override
    public boolean isOpen() {
        return !carrying.socket().isClosed();
    }

    @Override
    public String describe() {
        return carrying.socket().getClass().getSimpleName();
    }
}
