package io.keepalive.spring.boot;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
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

    private final KeepAliveProperties properties;
    private final KeepAlive policy;
    private final Map<KeptClient, KeepAlive> ownPolicies = new ConcurrentHashMap<>();

    /** Made when the first client of a kind asks: an application has few of the kinds. */
    private final Map<KeptClient, ClientKeeper> keepers = new ConcurrentHashMap<>();

    private final Map<String, String> unreached = new ConcurrentHashMap<>();

    KeepAliveClients(KeepAliveProperties properties) {
        this.properties = properties;
        KeepAlive ofAll = parse("keepalive.policy", properties.getPolicy());
        this.policy = ofAll == null ? KeepAlive.defaults() : ofAll;
        for (Map.Entry<KeptClient, KeepAliveProperties.Client> each :
                properties.getClients().entrySet()) {
            KeepAlive own = parse(
                    "keepalive.clients." + each.getKey() + ".policy",
                    each.getValue().getPolicy());
            if (own != null) {
                ownPolicies.put(each.getKey(), own);
            }
        }
    }

    private static @Nullable KeepAlive parse(String property, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return KeepAlive.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + ": " + e.getMessage() + PayloadBoxes.remedy(text), e);
        }
    }

    /** The keeper of a client; empty if the client is switched off. */
    Optional<ClientKeeper> keeper(KeptClient client) {
        KeepAliveProperties.Client own = properties.getClients().get(client);
        return own == null || own.isEnabled()
                ? Optional.of(keepers.computeIfAbsent(client, this::makeKeeper))
                : Optional.empty();
    }

    private ClientKeeper makeKeeper(KeptClient client) {
        KeepAliveProperties.Client own = properties.getClients().get(client);
        Precedence precedence = own == null ? null : own.getPrecedence();
        return new ClientKeeper(
                client,
                ownPolicies.getOrDefault(client, policy),
                precedence == null ? properties.getPrecedence() : precedence);
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
