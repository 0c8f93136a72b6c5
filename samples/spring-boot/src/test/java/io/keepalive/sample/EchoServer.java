package io.keepalive.sample;

import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;

/** A gRPC server that answers with what it gets. */
public final class EchoServer {
    private EchoServer() {}

    /** Takes the port. */
    public static void main(String[] args) throws Exception {
        var echo = ServerCalls.<byte[], byte[]>asyncUnaryCall((request, response) -> {
            response.onNext(request);
            response.onCompleted();
        });
        NettyServerBuilder.forPort(Integer.parseInt(args[0]))
                .addService(ServerServiceDefinition.builder("sample.Echo")
                        .addMethod(Echo.METHOD, echo)
                        .build())
                .build()
                .start()
                .awaitTermination();
    }
}
