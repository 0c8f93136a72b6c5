package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.keepalive.testing.Ss;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;

/** gRPC's client against a server that never answers. */
class KeepAliveGrpcTest {
    @Test
    void channel_connection_holdsThePolicy() throws Exception {
        try (Silent server = new Silent()) {
            runner(server).run(context -> {
                connect(context, server);

                assertThat(toProbe(server)).isBetween(100.0, 120.0);
                assertThat(Starter.state(context, "grpc-client").kept()).hasSize(1);
            });
        }
    }

    @Test
    void channel_optionOfTheApplication_wins() throws Exception {
        try (Silent server = new Silent()) {
            runner(server).withUserConfiguration(Own.class).run(context -> {
                connect(context, server);

                assertThat(toProbe(server)).isEqualTo(-1);
            });
        }
    }

    private static ApplicationContextRunner runner(Silent server) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        Starter.configurations(SslAutoConfiguration.class, GrpcClientAutoConfiguration.class)))
                .withPropertyValues(
                        "spring.grpc.client.channel.silent.target=static://localhost:" + server.port(),
                        "keepalive.policy=outliving=4m");
    }

    static void connect(ApplicationContext context, Silent server) {
        ManagedChannel channel = context.getBean(GrpcChannelFactory.class).createChannel("localhost:" + server.port());
        channel.getState(true);
        await().until(server::hasClient);
    }

    private static double toProbe(Silent server) throws Exception {
        return Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port()));
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        GrpcChannelBuilderCustomizer<NettyChannelBuilder> own() {
            return (target, builder) -> builder.withOption(ChannelOption.SO_KEEPALIVE, false);
        }
    }
}
