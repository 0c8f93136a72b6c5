package io.keepalive.spring.boot;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Shows how many sockets are kept. A socket without a policy still works, so that the status is always UP. */
final class KeepAliveHealth extends AbstractHealthIndicator {
    private final KeepAliveClients clients;

    KeepAliveHealth(KeepAliveClients clients) {
        this.clients = clients;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        clients.states().forEach((client, state) -> builder.withDetail(client, summary(state)));
        clients.unreached().forEach((client, remedy) -> builder.withDetail(client, "not kept: " + remedy));
    }

    private static String summary(ClientState state) {
        if (state.kept().isEmpty()) {
            return "not kept: " + String.join("; ", state.left());
        }
        return state.policy() + ", " + state.sockets() + " sockets read back, " + state.failed() + " failed";
    }
}
