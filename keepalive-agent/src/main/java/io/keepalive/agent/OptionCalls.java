package io.keepalive.agent;

import io.keepalive.KeepAliveOption;
import io.keepalive.socket.LaterCall;
import io.keepalive.socket.SocketKeeper;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/** Judges the calls by which the program sets keepalive options itself, and counts them. */
final class OptionCalls {
    private final ConnectionKeeper connections;
    private final Choices choices;
    private final Tally tally;

    OptionCalls(ConnectionKeeper connections, Choices choices, Tally tally) {
        this.connections = connections;
        this.choices = choices;
        this.tally = tally;
    }

    /** Whether the program is not to set this option to this value. */
    boolean refuses(Object descriptor, String kind, Object option, Object value) throws IOException {
        String name = option instanceof SocketOption<?> jdk ? jdk.name() : (String) option;
        if (!name.startsWith("TCP_KEEP") && !name.equals("SO_KEEPALIVE") && !name.equals("TCP_USER_TIMEOUT")) {
            return false;
        }
        DescriptorSocket socket = DescriptorSocket.of(descriptor, kind);
        Rule rule = connections.ruleOf(descriptor, socket);
        if (rule == null && !(descriptor instanceof FileDescriptor known && connections.distrustListener(known))) {
            choices.add(kind);
        }
        SocketKeeper keeper = rule == null ? null : rule.keeper();
        KeepAliveOption known = optionOf(name);
        if (keeper == null || known == null || !(value instanceof Boolean || value instanceof Integer)) {
            return false;
        }
        long number = value instanceof Boolean flag ? (flag ? 1 : 0) : (Integer) value;
        if (!isValid(known, number)) {
            return false; // the system refuses it, as without the agent
        }
        LaterCall call = keeper.precedence(connections.precedence()).decide(socket, known, number);
        if (call == null) {
            return false;
        }
        tally.laterCall(kind, call);
        return call.isRefused();
    }

    /** Whether Linux takes the value (net/ipv4/tcp.c, MAX_TCP_KEEPIDLE and the like); other systems take no others. */
    private static boolean isValid(KeepAliveOption option, long value) {
        return switch (option) {
            case SO_KEEPALIVE -> true;
            case TCP_KEEPIDLE, TCP_KEEPINTVL -> value >= 1 && value <= 32_767;
            case TCP_KEEPCNT -> value >= 1 && value <= 127;
            case TCP_USER_TIMEOUT -> value >= 0;
        };
    }

    /** The option that the JDK or the kernel gives this name; null for another one. */
    private static @Nullable KeepAliveOption optionOf(String name) {
        return switch (name) {
            case "SO_KEEPALIVE" -> KeepAliveOption.SO_KEEPALIVE;
            case "TCP_KEEPIDLE" -> KeepAliveOption.TCP_KEEPIDLE;
            case "TCP_KEEPINTVL", "TCP_KEEPINTERVAL" -> KeepAliveOption.TCP_KEEPINTVL;
            case "TCP_KEEPCNT", "TCP_KEEPCOUNT" -> KeepAliveOption.TCP_KEEPCNT;
            case "TCP_USER_TIMEOUT" -> KeepAliveOption.TCP_USER_TIMEOUT;
            default -> null;
        };
    }
}
