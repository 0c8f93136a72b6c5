package io.keepalive.heartbeat.virtual;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLoss;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A process with one connection, its heartbeat, and a plain loop around both: timers that are due, then reads, then
 * writes. Whatever happens to it causes one pass of the loop, unless the process is stopped.
 */
public final class VirtualEndpoint {
    private final VirtualNetwork network;
    private final String name;
    private final VirtualLink out;
    private final VirtualLink in;
    private final @Nullable Heartbeat heartbeat;

    private final ArrayDeque<Frame> inbox = new ArrayDeque<>();
    private int unreadBytes;
    private final ArrayDeque<Frame> outbox = new ArrayDeque<>();
    private long writtenBytes;

    private boolean stopped;
    private boolean closed;
    private boolean reading = true;
    private boolean stalled;
    private boolean timersFirst = true;
    private boolean tellsWritten = true;
    private LongSupplier latenessNanos = () -> 0;

    private long armedForNanos;
    private long timerNanos;

    // what a test wants to know
    private @Nullable ConnectionLoss loss;
    private long lostNanos;
    private long arrivedNanos;
    private long readNanos;
    private long sentNanos;
    private long longestSendGapNanos;
    private long progressNanos;
    private long latestTickNanos;
    private long lateTicksNanos;
    private long silentAtChanceNanos;
    private long tickReadingNanos;
    private long waitingSinceNanos;
    private boolean everWaited;
    private long pingPolledNanos;
    private long pingWaitNanos;
    private int pings;
    private int beats;

    VirtualEndpoint(
            VirtualNetwork network,
            String name,
            VirtualLink out,
            VirtualLink in,
            @Nullable HeartbeatConfig config,
            long seed) {
        this.network = network;
        this.name = name;
        this.out = out;
        this.in = in;
        this.heartbeat = config == null ? null : new Heartbeat(config, seed, network.clockNanos());
        this.armedForNanos = heartbeat == null ? 0 : heartbeat.dueNanos() + 1;
        arm();
    }

    // ---- what may befall it

    /** As SIGSTOP: the kernel goes on receiving and sending, the process does nothing. */
    public void stop() {
        stopped = true;
    }

    /** As SIGCONT. */
    public void resume() {
        stopped = false;
        pass();
    }

    /** Whether it reads: not while the application holds the connection back. */
    public void reading(boolean on) {
        reading = on;
        pass();
    }

    /** Whether its writes make no progress, though the path is good. */
    public void stalled(boolean on) {
        stalled = on;
        pass();
    }

    /** How late each timer comes; asked once for each. */
    public VirtualEndpoint latenessNanos(LongSupplier nanos) {
        latenessNanos = nanos;
        return this;
    }

    /** Whether a pass of the loop runs timers before it reads. It does unless told otherwise. */
    public VirtualEndpoint timersFirst(boolean yes) {
        timersFirst = yes;
        return this;
    }

    /** Whether it says {@link Heartbeat#onPingWritten}. It does unless told otherwise. */
    public VirtualEndpoint tellsWritten(boolean yes) {
        tellsWritten = yes;
        return this;
    }

    /** The application writes, in pieces of at most 16 KiB. */
    public void send(int bytes) {
        for (int left = bytes; left > 0; left -= 16_384) {
            put(Frame.data(Math.min(left, 16_384)));
        }
        if (heartbeat != null) {
            heartbeat.onSent();
        }
        pass();
    }

    /** Beats as a peer with other intervals would. */
    public void beat() {
        put(Frame.BEAT);
        pass();
    }

    /** Asks, as a peer with other intervals would. */
    public void ask(long id) {
        put(Frame.ping(id));
        pass();
    }

    // ---- what it knows

    /** The direction away from it. */
    public VirtualLink outgoing() {
        return out;
    }

    /** The engine, to give it commands; say {@link #pass} afterwards. */
    public Heartbeat heartbeat() {
        if (heartbeat == null) {
            throw new IllegalStateException(name + " knows no heartbeats");
        }
        return heartbeat;
    }

    /** Why it gave the connection up. */
    public Optional<ConnectionLoss> loss() {
        return Optional.ofNullable(loss);
    }

    /** When it gave the connection up. */
    public OptionalLong lostNanos() {
        return loss == null ? OptionalLong.empty() : OptionalLong.of(lostNanos);
    }

    /** When its kernel received something last. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** When the process read something last. */
    public long readNanos() {
        return readNanos;
    }

    /** When its kernel took something from the process last. */
    public long progressNanos() {
        return progressNanos;
    }

    /** The longest time in which its kernel was given nothing, so far. */
    public long longestSendGapNanos() {
        return Math.max(longestSendGapNanos, network.nanos() - sentNanos);
    }

    /** Since when nothing that waits made progress; meaningless if nothing waits. */
    public long standingSinceNanos() {
        return Math.max(waitingSinceNanos, progressNanos);
    }

    /** Whether bytes ever waited in the process. */
    public boolean everWaited() {
        return everWaited;
    }

    /** How long its questions since it read something last have waited in the process. */
    public long pingWaitNanos() {
        return pingWaitNanos;
    }

    /** How long nothing had arrived when the process last had a chance to read. */
    public long silentAtChanceNanos() {
        return silentAtChanceNanos;
    }

    /** The last tick at which it was reading. */
    public long tickReadingNanos() {
        return tickReadingNanos;
    }

    /** How late its timers were in sum. */
    public long lateTicksNanos() {
        return lateTicksNanos;
    }

    /** By how much the latest of its timers was late, or is by now. */
    public long latestTickNanos() {
        long dueNanos = heartbeat == null ? network.nanos() : network.sinceStart(heartbeat.dueNanos());
        return Math.max(latestTickNanos, network.nanos() - dueNanos);
    }

    /** How often it asked. */
    public int pings() {
        return pings;
    }

    /** How often it beat. */
    public int beats() {
        return beats;
    }

    /** Bytes that its kernel has for the process. */
    public int unreadBytes() {
        return unreadBytes;
    }

    /** Whether bytes wait in the process. */
    public boolean isWriting() {
        return !outbox.isEmpty();
    }

    // ---- the loop

    long timerNanos() {
        return stopped || closed || heartbeat == null ? Long.MAX_VALUE : timerNanos;
    }

    void arrived(Frame frame) {
        if (closed) {
            return;
        }
        arrivedNanos = network.nanos();
        inbox.add(frame);
        unreadBytes += frame.bytes();
        pass();
    }

    /** One pass: timers that are due, reads, writes. */
    public void pass() {
        if (stopped || closed) {
            return;
        }
        if (timersFirst) {
            tick();
            read();
        } else {
            read();
            tick();
        }
        act();
        write();
        arm();
    }

    private void tick() {
        if (heartbeat != null && network.nanos() >= timerNanos && !closed) {
            long lateNanos = network.nanos() - network.sinceStart(heartbeat.dueNanos());
            latestTickNanos = Math.max(latestTickNanos, lateNanos);
            lateTicksNanos += Math.max(0, lateNanos);
            if (reading) {
                tickReadingNanos = network.nanos();
            }
            heartbeat.onTick(network.clockNanos(), reading, isWriting(), writtenBytes);
            if (heartbeat.isWriteWaiting()) {
                heartbeat.onWriteProgress(writtenBytes, network.clockNanos());
            }
            act();
        }
    }

    private void read() {
        if (!reading || closed) {
            return;
        }
        silentAtChanceNanos = network.nanos() - arrivedNanos;
        if (inbox.isEmpty()) {
            return;
        }
        pingWaitNanos = 0;
        for (Frame frame = inbox.poll(); frame != null; frame = inbox.poll()) {
            unreadBytes -= frame.bytes();
            readNanos = network.nanos();
            if (heartbeat != null) {
                heartbeat.onReceived();
                switch (frame.kind()) {
                    case DATA -> {}
                    case BEAT -> heartbeat.onBeat();
                    case PING -> {
                        heartbeat.onPing(frame.id(), network.clockNanos());
                        act();
                    }
                    case PONG -> heartbeat.onPong(frame.id(), network.clockNanos());
                }
            }
        }
        in.pump();
    }

    private void act() {
        if (heartbeat == null) {
            return;
        }
        for (HeartbeatAction action = heartbeat.poll(); action != HeartbeatAction.NONE; action = heartbeat.poll()) {
            switch (action) {
                case SEND_BEAT -> {
                    beats++;
                    put(Frame.BEAT);
                }
                case SEND_PING -> {
                    pings++;
                    pingPolledNanos = network.nanos();
                    put(Frame.ping(heartbeat.id()));
                }
                case SEND_PONG -> put(Frame.pong(heartbeat.id()));
                case DEAD -> {
                    loss = heartbeat.loss().orElseThrow();
                    lostNanos = network.nanos();
                    closed = true;
                }
                case NONE -> {}
            }
        }
    }

    private void put(Frame frame) {
        if (outbox.isEmpty()) {
            waitingSinceNanos = network.nanos();
        }
        outbox.add(frame);
    }

    private void write() {
        for (Frame frame = outbox.peek(); frame != null && !stalled && !closed; frame = outbox.peek()) {
            if (!out.offer(frame)) {
                break;
            }
            outbox.remove();
            writtenBytes += frame.bytes();
            progressNanos = network.nanos();
            longestSendGapNanos = longestSendGapNanos();
            sentNanos = network.nanos();
            if (frame.kind() == Frame.Kind.PING && heartbeat != null) {
                pingWaitNanos += network.nanos() - pingPolledNanos;
                if (tellsWritten) {
                    heartbeat.onPingWritten(network.clockNanos());
                }
            }
        }
        everWaited |= isWriting();
    }

    private void arm() {
        if (heartbeat != null && heartbeat.dueNanos() != armedForNanos) {
            armedForNanos = heartbeat.dueNanos();
            timerNanos = network.sinceStart(armedForNanos) + latenessNanos.getAsLong();
        }
    }

    @Override
    public String toString() {
        return name + " " + heartbeat + (stopped ? ", stopped" : "") + (reading ? "" : ", not reading")
                + (closed ? ", lost" : "") + ", unread " + unreadBytes + ", waiting " + outbox.size();
    }
}
