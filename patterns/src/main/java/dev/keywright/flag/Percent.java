package dev.keywright.flag;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * A share of all users, in steps of 0.001 %.
 *
 * @param thousandths of a percent, 0 to 100,000
 */
public record Percent(int thousandths) {

    /** Nobody. */
    public static final Percent NONE = new Percent(0);

    /** Everybody. */
    public static final Percent ALL = new Percent(Buckets.COUNT);

    public Percent {
        if (thousandths < 0 || thousandths > Buckets.COUNT) {
            throw new IllegalArgumentException(thousandths + " thousandths of a percent; give 0 to " + Buckets.COUNT);
        }
    }

    /** @param percent 0 to 100, with three decimals at most */
    public static Percent of(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("The percentage is " + percent + "; give 0 to 100");
        }
        BigDecimal thousandths = BigDecimal.valueOf(percent).movePointRight(3).stripTrailingZeros();
        if (thousandths.scale() > 0) {
            throw new IllegalArgumentException(
                    "The percentage is " + percent + "; give three decimals at most, as nothing finer is kept");
        }
        return new Percent(thousandths.intValueExact());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d.%03d %%", thousandths / 1000, thousandths % 1000);
    }
}
