package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.NamespaceSockets;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpSocket;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a listener.
 *
 * @param options null if they can't be read
 * @param children open connections that it accepted
 * @param keptChildren those of them with SO_KEEPALIVE
 */
record ListenerFacts(
        NamespaceSockets namespace,
        TcpSocket socket,
        List<Owner> owners,
        @Nullable SocketOptions options,
        int children,
        int keptChildren) {

    /** On Linux accepted sockets inherit SO_KEEPALIVE, the keepalive times and the user timeout. */
    enum Heritage {
        KEPT("children inherit keepalive"),
        KEPT_BY_PROGRAM("the program keeps its children"),
        SOME("some children are kept"),
        NOT_KEPT("children are not kept"),
        UNKNOWN("unknown");

        private final String text;

        Heritage(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    String local() {
        return Addresses.local(socket, namespace.interfaceNames());
    }

    Optional<Owner> owner() {
        return owners.stream().findFirst();
    }

    /** Whether its children will be kept: by what they inherit, otherwise by what the open ones show. */
    Heritage heritage() {
        if (options != null && options.keepAlive()) {
            return Heritage.KEPT;
        }
        if (children > 0) {
            return keptChildren == children
                    ? Heritage.KEPT_BY_PROGRAM
                    : keptChildren == 0 ? Heritage.NOT_KEPT : Heritage.SOME;
        }
        return options == null ? Heritage.UNKNOWN : Heritage.NOT_KEPT;
    }
}
