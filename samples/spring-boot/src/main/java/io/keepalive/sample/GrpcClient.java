package io.keepalive.sample;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.GrpcChannelFactory;

/** gRPC on Netty. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("sample.grpc")
class GrpcClient {
    @Bean
    Client grpc(@Value("${sample.grpc}") String target, GrpcChannelFactory channels) {
        ManagedChannel channel = channels.createChannel(target);
        return new Client(
                "gRPC, Netty",
                URI.create("grpc://" + target).getPort(),
                () -> ClientCalls.blockingUnaryCall(channel, Echo.METHOD, CallOptions.DEFAULT, new byte[] {7}));
    }
}
