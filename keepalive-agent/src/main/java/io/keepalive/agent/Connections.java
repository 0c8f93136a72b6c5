package io.keepalive.agent;

import java.io.FileDescriptor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections that the agent saw begin, or found open when it was attached, by their descriptors. They are in a table
 * inside java.base, where the program's reads and writes find them.
 */
final class Connections {
    private final BiConsumer<@Nullable Object, @Nullable Object> adding;
    private final Function<Object, @Nullable Object> finding;

    /**
     * Makes one.
     *
     * @param adding takes a key, see {@code KeepAliveTable}, and a connection
     * @param finding the connection of a key; null for none
     */
    Connections(BiConsumer<@Nullable Object, @Nullable Object> adding, Function<Object, @Nullable Object> finding) {
        this.adding = adding;
        this.finding = finding;
    }

    /** Adds a connection that begins. A descriptor of a native transport is an Integer. */
    void put(Object descriptor, Connection connection) {
        adding.accept(descriptor, connection);
    }

    /** Adds a connection that was open already. */
    void putOpen(int number, Connection connection) {
        adding.accept((long) number, connection);
    }

    /** The connection of a socket that the program uses. Its peer shows whether a number is still the same connection. */
    @Nullable
    Connection get(Object descriptor, DescriptorSocket socket) {
        Connection found = (Connection) finding.apply(descriptor);
        if (found == null || descriptor instanceof FileDescriptor) {
            return found;
        }
        var peer = socket.peer();
        return peer != null && found.hasPeer(peer) ? found : null;
    }

    void clear() {
        adding.accept(null, null);
    }
}
