package io.keepalive.netty;

import io.keepalive.netty.heartbeat.Watched;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An application that writes all the time, on a connection of each transport: to be cut off from its peer. Tells how long
 * after a line of input each one was found dead, and how.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the tests tell what arrived
public final class BlackholeProgram {
    public static final int PORT = 7200;

    private BlackholeProgram() {}

    public static void main(String[] args) throws Exception {
        List<Watched> all = new ArrayList<>();
        for (Transport transport : Transport.here()) {
            EventLoopGroup group = transport.group(1);
            Watched watched = new Watched(Watched.Kind.PATIENT_CODEC, transport, group, args[0], PORT);
            watched.channel
                    .eventLoop()
                    .scheduleAtFixedRate(
                            () -> watched.channel.writeAndFlush(Unpooled.copyLong(1)), 0, 50, TimeUnit.MILLISECONDS);
            all.add(watched);
        }
        TimeUnit.SECONDS.sleep(2);
        System.out.println("early alarms: "
                + all.stream().flatMap(each -> each.alarms.stream()).toList());
        System.in.read();
        long cutNanos = System.nanoTime();
        List<Transport> transports = Transport.here();
        for (int i = 0; i < all.size(); i++) {
            while (all.get(i).alarms.isEmpty() && System.nanoTime() - cutNanos < 40_000_000_000L) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            System.out.println("death " + transports.get(i) + " " + (System.nanoTime() - cutNanos) / 1_000_000 + " "
                    + all.get(i).alarms);
        }
        System.out.println("leaks: " + LeakCheck.leaks());
        System.exit(0);
    }
}
