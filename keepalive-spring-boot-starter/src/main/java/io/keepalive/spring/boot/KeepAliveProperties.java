package io.keepalive.spring.boot;

import io.keepalive.socket.Precedence;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code keepalive.*}.
 *
 * @since 0.1
 */
@ConfigurationProperties("keepalive")
public class KeepAliveProperties {
    /** Whether anything is kept. If false, the application has the same beans as without the starter. */
    private boolean enabled = true;

    /**
     * Policy of all clients and servers, such as "outliving=azure-load-balancer", "outliving=4m" or
     * "idle=120s,interval=30s,count=8". The default is idle=30s,interval=5s,count=6.
     */
    private @Nullable String policy;

    /** What wins over settings that the application made itself. */
    private Precedence precedence = Precedence.TIGHTEN;

    /** Settings of single clients, by their names. */
    private final Map<KeptClient, Client> clients = new EnumMap<>(KeptClient.class);

    /** See {@code keepalive.enabled}. */
    public boolean isEnabled() {
        return enabled;
    }

    /** See {@code keepalive.enabled}. */
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** See {@code keepalive.policy}. */
    public @Nullable String getPolicy() {
        return policy;
    }

    /** See {@code keepalive.policy}. */
    public void setPolicy(@Nullable String policy) {
        this.policy = policy;
    }

    /** See {@code keepalive.precedence}. */
    public Precedence getPrecedence() {
        return precedence;
    }

    /** See {@code keepalive.precedence}. */
    public void setPrecedence(Precedence precedence) {
        this.precedence = precedence;
    }

    /** See {@code keepalive.clients}. */
    public Map<KeptClient, Client> getClients() {
        return clients;
    }

    /** The properties of one client, {@code keepalive.clients.*.*}; what is not set is as for all clients. */
    public static class Client {
        /** Whether this client is kept. */
        private boolean enabled = true;

        /** Policy of this client. */
        private @Nullable String policy;

        /** What wins over settings of this client that the application made itself. */
        private @Nullable Precedence precedence;

        /** See {@code keepalive.clients.*.enabled}. */
        public boolean isEnabled() {
            return enabled;
        }

        /** See {@code keepalive.clients.*.enabled}. */
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        /** See {@code keepalive.clients.*.policy}. */
        public @Nullable String getPolicy() {
            return policy;
        }

        /** See {@code keepalive.clients.*.policy}. */
        public void setPolicy(@Nullable String policy) {
            this.policy = policy;
        }

        /** See {@code keepalive.clients.*.precedence}. */
        public @Nullable Precedence getPrecedence() {
            return precedence;
        }

        /** See {@code keepalive.clients.*.precedence}. */
        public void setPrecedence(@Nullable Precedence precedence) {
            this.precedence = precedence;
        }
    }
}
