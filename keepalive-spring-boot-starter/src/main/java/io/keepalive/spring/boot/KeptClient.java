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

    /** RestClient and RestTemplate on Apache HttpClient 5. */
    HTTP_COMPONENTS,

    /** WebClient, RestClient and RestTemplate on Reactor Netty. */
    REACTOR_CLIENT,

    /** Connections that the embedded Tomcat accepts. */
    TOMCAT,

    /** Connections that the embedded Jetty accepts. */
    JETTY,

    /** Connections that the embedded Reactor Netty accepts. */
    REACTOR_SERVER,

    /** RabbitMQ, by Spring AMQP. */
    RABBIT;

    /** The name in properties, logs and the endpoint. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
