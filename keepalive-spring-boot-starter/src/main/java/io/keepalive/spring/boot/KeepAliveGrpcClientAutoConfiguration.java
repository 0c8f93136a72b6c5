package io.keepalive.spring.boot;

import io.grpc.netty.NettyChannelBuilder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;

/**
 * Keeps client channels of gRPC on Netty, by the builder's channel options.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({NettyChannelBuilder.class, GrpcChannelBuilderCustomizer.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveGrpcClientAutoConfiguration {
    /** Before the customizers of the application: what was set can't be read from the builder, so theirs wins. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static GrpcChannelBuilderCustomizer<NettyChannelBuilder> keepAliveGrpcCustomizer(KeepAliveClients clients) {
        return (target, builder) ->
                clients.keeper(KeptClient.GRPC_CLIENT).ifPresent(keeper -> GrpcOptions.keep(target, builder, keeper));
    }
}
