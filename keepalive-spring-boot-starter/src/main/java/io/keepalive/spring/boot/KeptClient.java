package io.keepalive.spring.boot;

import java.util.Locale;

/**
 * The clients and servers that the starter can keep, by the name that they have in {@code keepalive.clients.*}.
 *
 * @since 0.1
 */
public enum KeptClient {
    /** JDBC pools of HikariCP, with the drivers of PostgreSQL, MariaDB, MySQL and SQL Server. */
    DATASOURCE,

    /** Lettuce, by Spring Data Redis. */
    LETTUCE,

    /** Jedis, by Spring Data Redis. */
    JEDIS,

    /** MongoDB's drivers on their Netty transport: the reactive one, and the synchronous one where that is set. */
    MONGODB,

    /** Elasticsearch's REST client. */
    ELASTICSEARCH,

    /** RestClient, RestTemplate and WebClient on Apache HttpClient 5. */
    HTTP_COMPONENTS,

    /** RestClient, RestTemplate and WebClient on Jetty's client. */
    JETTY_CLIENT,

    /** WebClient, RestClient and RestTemplate on Reactor Netty. */
    REACTOR_CLIENT,

    /** Connections that the embedded Tomcat accepts. */
    TOMCAT,

    /** Connections that the embedded Jetty accepts. */
    JETTY,

    /** Connections that the embedded Reactor Netty accepts. */
    REACTOR_SERVER,

    /** RabbitMQ, by Spring AMQP. */
    RABBIT,

    /** Client channels of gRPC on Netty. */
    GRPC_CLIENT,

    /** Connections that a gRPC server on Netty accepts. */
    GRPC_SERVER;

    /** Whether it accepts connections. */
    boolean isServer() {
        return switch (this) {
            case TOMCAT, JETTY, REACTOR_SERVER, GRPC_SERVER -> true;
            case DATASOURCE,
                    LETTUCE,
                    JEDIS,
                    MONGODB,
                    ELASTICSEARCH,
                    HTTP_COMPONENTS,
                    JETTY_CLIENT,
                    REACTOR_CLIENT,
                    RABBIT,
                    GRPC_CLIENT -> false;
        };
    }

    /** The name in properties, logs and the endpoint. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
