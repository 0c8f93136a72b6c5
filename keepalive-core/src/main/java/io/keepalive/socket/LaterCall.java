package io.keepalive.socket;

import java.util.Objects;

/**
 * The decision about a program's own call that sets an option of a kept socket.
 *
 * @param isRefused whether the call is not to be made
 * @param entry what the socket holds after the decision, and why
 * @see SocketKeeper#decide
 * @since 0.1
 */
public record LaterCall(boolean isRefused, KeepAliveReport.Entry entry) {
    public LaterCall {
        Objects.requireNonNull(entry, "entry");
    }
}
