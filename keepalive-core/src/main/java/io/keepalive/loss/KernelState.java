package io.keepalive.loss;

import java.util.Optional;
import java.util.OptionalLong;

/** What the kernel says about a connection on which a call has just failed. */
interface KernelState {
    /** Of a connection about which nothing can be learned. */
    KernelState NONE = new KernelState() {
        @Override
        public Optional<TcpInfo.State> state() {
            return Optional.empty();
        }

        @Override
        public OptionalLong silenceMillis() {
            return OptionalLong.empty();
        }
    };

    /** Its state; {@link TcpInfo.State#CLOSE} if the kernel has given it up. */
    Optional<TcpInfo.State> state();

    /** Whether this side has closed the socket. */
    default boolean isClosedHere() {
        return false;
    }

    /** Since anything was received from the peer, answers to probes included. */
    OptionalLong silenceMillis();
}
