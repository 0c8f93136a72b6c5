package io.keepalive.cli.keep;

import java.util.Arrays;

/** A set of numbers other than 0 without objects: a scan a second puts every connection's id into one. */
final class IdSet {
    private static final int SMALLEST = 1024;

    private long[] table = new long[SMALLEST];
    private int size;

    /** Returns whether it was added; 0 never is. */
    boolean add(long id) {
        if (id == 0) {
            return false;
        }
        if (size * 2 >= table.length) {
            grow();
        }
        int slot = slot(id);
        if (table[slot] == id) {
            return false;
        }
        table[slot] = id;
        size++;
        return true;
    }

    boolean contains(long id) {
        return id != 0 && table[slot(id)] == id;
    }

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(table, 0);
        size = 0;
    }

    private void grow() {
        long[] old = table;
        table = new long[old.length * 2];
        for (long id : old) {
            if (id != 0) {
                table[slot(id)] = id;
            }
        }
    }

    /** Where it is or would be. */
    private int slot(long id) {
        // Fibonacci hashing: ids are often consecutive
        int slot = (int) ((id * 0x9E3779B97F4A7C15L) >>> 32) & (table.length - 1);
        while (table[slot] != 0 && table[slot] != id) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }
}
