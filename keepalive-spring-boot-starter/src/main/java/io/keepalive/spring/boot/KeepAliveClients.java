package io.keepalive.spring.boot;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of all clients, what was set up for them, and what their sockets hold. Thread-safe.
 *
 * @since 0.1
 */
public final class KeepAliveClients {
    private static final Logger LOG = LoggerFactory.getLogger("io.keepalive.spring.boot");

    private final Map<KeptClient, ClientKeeper> keepers = new EnumMap<>(KeptClient.class);
    private final Map<String, String> unreached = new ConcurrentHashMap<>();

    KeepAliveClients(KeepAliveProperties properties) {
        KeepAlive policy = parse("keepalive.policy", properties.getPolicy(), KeepAlive.defaults());
        for (KeptClient client : KeptClient.values()) {
            KeepAliveProperties.Client own =
                    properties.getClients().getOrDefault(client, new KeepAliveProperties.Client());
            if (own.isEnabled()) {
                Precedence precedence = own.getPrecedence();
                keepers.put(
                        client,
                        new ClientKeeper(
                                client,
                                parse("keepalive.clients." + client + ".policy", own.getPolicy(), policy),
                                precedence == null ? properties.getPrecedence() : precedence));
            }
        }
    }

    private static KeepAlive parse(String property, @Nullable String text, KeepAlive otherwise) {
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        try {
            return KeepAlive.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + ": " + e.getMessage() + PayloadBoxes.remedy(text), e);
        }
    }

    /** The keeper of a client; empty if the client is switched off. */
    Optional<ClientKeeper> keeper(KeptClient client) {
        return Optional.ofNullable(keepers.get(client));
    }

    /** A client of the application can't be kept. */
    void unreached(String client, String remedy) {
        if (unreached.put(client, remedy) == null) {
            LOG.warn("{}: has no hook for a keepalive policy; {}", client, remedy);
        }
    }

    /** All kinds of clients for which something was set up, or left alone. */
    public Map<String, ClientState> states() {
        Map<String, ClientState> states = new TreeMap<>();
        keepers.forEach((client, keeper) -> {
            ClientState state = keeper.state();
            if (!state.kept().isEmpty() || !state.left().isEmpty()) {
                states.put(client.toString(), state);
            }
        });
        return states;
    }

    /** The clients of the application that can't be kept by a hook, with what to do. */
    public Map<String, String> unreached() {
        return new TreeMap<>(unreached);
    }
}
