package io.keepalive.netty.heartbeat;

import io.netty.channel.ChannelOutboundBuffer;

/**
 * Tells whether bytes that wait in a channel's outbound buffer make progress, by looking at it at ticks: nothing is done
 * when something is written.
 *
 * <p>The message at the head, and how far it is, would nearly do. But pools give the same object out again: an application
 * that waits for each write before the next one would seem to stand still. So it counts as progress, too, if less waits
 * than before, or no more although there were writes; but not if the channel was not writable: a handler in front may have
 * kept those for later.
 */
final class WriteProgress {
    private long pendingBytes;
    private int sent;
    private int drains;
    private boolean wasWritable = true;

    /**
     * Looks.
     *
     * @param buffer with something flushed in it
     * @param sentNow changes whenever something is written to the channel
     * @return changes whenever there was progress
     */
    long look(ChannelOutboundBuffer buffer, int sentNow) {
        long pendingNow = buffer.totalPendingWriteBytes();
        if (pendingNow < pendingBytes || (sentNow != sent && pendingNow == pendingBytes && wasWritable)) {
            drains++;
        }
        wasWritable = buffer.isWritable();
        pendingBytes = pendingNow;
        sent = sentNow;
        int head = System.identityHashCode(buffer.current());
        return (long) (head + 31 * drains) << 32 ^ buffer.currentProgress();
    }
}
