package io.keepalive.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The heap that each handler needs for an idle channel: half as many connections within the process, all in one event
 * loop, after all has settled. Each end has sent and received something: what Netty itself keeps for a channel that was
 * read from (112 bytes) would otherwise be counted for the one handler that greets its peer.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.keepalive.benchmarks.HeapPerChannel 100000 CODEC</pre>
 *
 * <p>One kind for each JVM; what a handler needs is the difference to EMPTY.
 */
public final class HeapPerChannel {
    private HeapPerChannel() {}

    public static void main(String[] args) throws InterruptedException {
        int channels = Integer.parseInt(args[0]);
        PipelineHandlers handlers = PipelineHandlers.valueOf(args[1]);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        List<Channel> kept = new ArrayList<>(channels + 2);
        ChannelInitializer<Channel> initializer = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                handlers.addTo(channel.pipeline());
                kept.add(channel); // by the one loop
            }
        };
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(LocalServerChannel.class)
                .childHandler(initializer)
                .bind(LocalAddress.ANY)
                .sync()
                .channel();
        Bootstrap client =
                new Bootstrap().group(group).channel(LocalChannel.class).handler(initializer);
        client.connect(server.localAddress()).sync(); // classes, and what there is once
        long before = used();
        for (int i = 0; i < channels / 2; i++) {
            // An address that Netty makes up is 32 bits long, and with so many some are the same.
            client.connect(server.localAddress(), new LocalAddress("client " + i))
                    .sync();
        }
        group.submit(() -> List.copyOf(kept).forEach(HeapPerChannel::send))
                .sync(); // the last may be accepted meanwhile
        long bytes = (used() - before) / channels;
        System.out.println(handlers + " " + bytes + " bytes per channel, " + kept.size() + " channels");
        System.exit(0);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a letter to nobody
    private static void send(Channel channel) {
        channel.writeAndFlush(Unpooled.buffer(1).writeByte('x'), channel.voidPromise());
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
