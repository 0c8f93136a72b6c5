package io.keepalive.netty.heartbeat;

import io.keepalive.netty.BlackholeProgram;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;

/** Reads, and says nothing but what a heartbeat says. */
public final class CodecServerProgram {
    private CodecServerProgram() {}

    public static void main(String[] args) throws Exception {
        EventLoopGroup group = Transport.NIO.group(1);
        new ServerBootstrap()
                .group(group)
                .channel(Transport.NIO.server)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        child.pipeline().addLast(Watched.Kind.PATIENT_CODEC.handler(), new Watched(child));
                    }
                })
                .bind(BlackholeProgram.PORT)
                .sync();
        System.out.println("listening");
        System.in.read();
    }
}
