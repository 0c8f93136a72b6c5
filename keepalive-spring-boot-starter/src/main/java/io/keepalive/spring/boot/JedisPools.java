package io.keepalive.spring.boot;

import java.net.Socket;
import java.util.Objects;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.builders.AbstractClientBuilder;
import redis.clients.jedis.builders.StandaloneClientBuilder;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Gives a Jedis client the pool that it would make by itself, but for the policy on each socket. */
final class JedisPools {
    private JedisPools() {}

    static void keep(AbstractClientBuilder<?, ?> client, ClientKeeper keeper) {
        if (!(client instanceof StandaloneClientBuilder<?>)) {
            keeper.left("clients of a cluster or of sentinels (what to do: the Java agent keeps them)");
            return;
        }
        try {
            String own = settingOfApplication(client);
            if (own != null) {
                keeper.left("the client has " + own + " of the application, which makes its connections");
                return;
            }
            client.connectionProvider(provider(client, keeper));
            keeper.kept("connections");
        } catch (ReflectiveOperationException e) {
            keeper.left(HiddenSetting.unreadable("connections", e));
        }
    }

    /** What makes connections in another way, or caches what they return. */
    private static @Nullable String settingOfApplication(AbstractClientBuilder<?, ?> client)
            throws ReflectiveOperationException {
        for (String field : new String[] {"connectionProvider", "commandExecutor", "cache", "cacheConfig"}) {
            if (setting(client, field) != null) {
                return "a " + field;
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked") // the parameter of poolConfig
    private static PooledConnectionProvider provider(AbstractClientBuilder<?, ?> client, ClientKeeper keeper)
            throws ReflectiveOperationException {
        HostAndPort address = (HostAndPort)
                Objects.requireNonNull(HiddenSetting.of(StandaloneClientBuilder.class, client, "hostAndPort"));
        JedisClientConfig own = (JedisClientConfig) setting(client, "clientConfig");
        JedisClientConfig config =
                own == null ? DefaultJedisClientConfig.builder().build() : own;
        var pool = (GenericObjectPoolConfig<Connection>) setting(client, "poolConfig");
        ConnectionFactory connections = new ConnectionFactory(new KeptSockets(address, config, keeper), config);
        return pool == null
                ? new PooledConnectionProvider(connections)
                : new PooledConnectionProvider(connections, pool);
    }

    private static @Nullable Object setting(AbstractClientBuilder<?, ?> client, String field)
            throws ReflectiveOperationException {
        return HiddenSetting.of(AbstractClientBuilder.class, client, field);
    }

    /** Jedis' own sockets, TLS included. */
    private static final class KeptSockets extends DefaultJedisSocketFactory {
        private final ClientKeeper keeper;

        KeptSockets(HostAndPort address, JedisClientConfig config, ClientKeeper keeper) {
            super(address, config);
            this.keeper = keeper;
        }

        @Override
        public Socket createSocket() {
            Socket socket = super.createSocket();
            keeper.keep(socket);
            return socket;
        }
    }
}
