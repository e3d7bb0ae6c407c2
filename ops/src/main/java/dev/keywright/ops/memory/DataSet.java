package dev.keywright.ops.memory;

/**
 * Keys of one kind.
 *
 * @param keys how many
 * @param names their lengths
 * @param expiringRatio share of keys with a TTL, 0 to 1
 * @param value what each holds
 * @param history how it came into the server
 */
public record DataSet(long keys, Sizes names, double expiringRatio, Value value, History history) {

    public DataSet {
        if (keys < 0 || expiringRatio < 0 || expiringRatio > 1) {
            throw new IllegalArgumentException(
                    keys + " keys, " + expiringRatio + " of them with a TTL; give 0 or more, and 0 to 1");
        }
    }

    /** Keys without a TTL, written one by one. */
    public static DataSet of(long keys, Sizes names, Value value) {
        return new DataSet(keys, names, 0, value, History.GROWN);
    }

    public DataSet withTtl(double ratio) {
        return new DataSet(keys, names, ratio, value, history);
    }

    public DataSet withKeys(long other) {
        return new DataSet(other, names, expiringRatio, value, history);
    }

    public DataSet withHistory(History other) {
        return new DataSet(keys, names, expiringRatio, value, other);
    }
}
