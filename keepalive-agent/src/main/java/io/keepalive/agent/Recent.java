package io.keepalive.agent;

import java.io.FileDescriptor;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the connections met last, in a fixed space: what a program does to its options it does mostly right after
 * connect, when a pending connection can't even say who its peer is. Of older ones the addresses tell the rule.
 */
final class Recent {
    private static final int SLOTS = 1024; // a power of two

    private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(SLOTS);

    private static final class Entry extends WeakReference<FileDescriptor> {
        private final Rule rule;

        Entry(FileDescriptor descriptor, Rule rule) {
            super(descriptor);
            this.rule = rule;
        }
    }

    void put(FileDescriptor descriptor, Rule rule) {
        entries.set(slot(descriptor), new Entry(descriptor, rule));
    }

    @Nullable
    Rule get(FileDescriptor descriptor) {
        Entry entry = entries.get(slot(descriptor));
        return entry != null && entry.refersTo(descriptor) ? entry.rule : null;
    }

    private static int slot(FileDescriptor descriptor) {
        return System.identityHashCode(descriptor) & (SLOTS - 1);
    }
}
