package dev.keywright.ops.drill;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;

/** The keys of one workload: below a prefix of their own, one in each of equally long stretches of the hash slots. */
record KeySet(String prefix, List<String> names) {

    static final int SLOTS = 16_384;

    KeySet {
        names = List.copyOf(names);
    }

    /** Names of the form {@code prefix:{tag}}. */
    static KeySet spread(String prefix, int count) {
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int first = (int) ((long) SLOTS * i / count);
            int end = (int) ((long) SLOTS * (i + 1) / count);
            int tag = 0;
            while (slot(Integer.toString(tag)) < first || slot(Integer.toString(tag)) >= end) {
                tag++;
            }
            names.add(prefix + ":{" + tag + "}");
        }
        return new KeySet(prefix, names);
    }

    int size() {
        return names.size();
    }

    String name(int key) {
        return names.get(key);
    }

    int slotOf(int key) {
        String name = names.get(key);
        return slot(name.substring(name.indexOf('{') + 1, name.length() - 1));
    }

    /** The hash slot of a tag: CRC16 (XMODEM) modulo 16,384. */
    static int slot(String tag) {
        int crc = 0;
        for (byte each : tag.getBytes(US_ASCII)) {
            crc ^= (each & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
            }
        }
        return (crc & 0xffff) % SLOTS;
    }
}
