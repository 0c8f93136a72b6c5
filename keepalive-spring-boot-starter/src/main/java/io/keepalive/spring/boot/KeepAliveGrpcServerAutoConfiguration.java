package io.keepalive.spring.boot;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.ServerBuilderCustomizer;

/**
 * Keeps the connections that a gRPC server on Netty accepts, by the builder's options for them. A gRPC server within a
 * servlet container has the container's connections.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({NettyChannelBuilder.class, ServerBuilderCustomizer.class}) // of the same artifact as the server
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveGrpcServerAutoConfiguration {
    /** Before the customizers of the application: what was set can't be read from the builder, so theirs wins. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static ServerBuilderCustomizer<NettyServerBuilder> keepAliveGrpcServerCustomizer(KeepAliveClients clients) {
        return builder -> clients.keeper(KeptClient.GRPC_SERVER).ifPresent(keeper -> GrpcOptions.keep(builder, keeper));
    }
}
