package io.keepalive.netty;

import io.keepalive.KeepAlive;
import io.keepalive.netty.heartbeat.Wire;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections of every {@link Transport} without a policy, with one on this side only, and with one on the server's
 * side only; leaves them idle side by side, then sends a byte on each and prints what came of it.
 *
 * <p>Arguments: server address, policy, seconds of idleness without a policy, seconds of idleness with one.
 */
final class SurvivalProgram {
    /** Who keeps the connection. */
    enum Keeper {
        NOBODY,
        CLIENT,
        SERVER
    }

    private SurvivalProgram() {}

    public static void main(String[] args) throws Exception {
        KeepAlive policy = KeepAlive.parse(args[1]);
        List<Thread> threads = new ArrayList<>();
        for (Transport transport : Transport.here()) {
            EventLoopGroup group = transport.group(1);
            for (Keeper keeper : Keeper.values()) {
                Wire wire = new Wire(
                        transport,
                        group,
                        keeper == Keeper.CLIENT ? policy : KeepAlive.off(),
                        args[0],
                        transport.port(keeper == Keeper.SERVER));
                wire.exchange();
                long idleSeconds = Long.parseLong(args[keeper == Keeper.NOBODY ? 2 : 3]);
                Thread thread = new Thread(() -> {
                    try {
                        TimeUnit.SECONDS.sleep(idleSeconds);
                        wire.send(2);
                        System.out.println(transport + " kept by " + keeper + ": " + wire.event(5));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                thread.start();
                threads.add(thread);
            }
        }
        System.out.println("idle");
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("leaks: " + LeakCheck.leaks());
        System.exit(0);
    }
}
