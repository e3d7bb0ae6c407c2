package dev.keywright.ops.memory;

import java.util.function.LongFunction;
import java.util.function.LongToDoubleFunction;

/** Costs over sizes that spread. */
final class Costs {

    private Costs() {}

    static Cost of(Spread sizes, LongToDoubleFunction bytes) {
        double mean = sizes.expect(bytes);
        double squares = sizes.expect(size -> Math.pow(bytes.applyAsDouble(size) - mean, 2));
        return new Cost(mean, squares, 0);
    }

    static Cost over(Spread sizes, LongFunction<Cost> cost) {
        double weight = 0;
        Cost sum = Cost.NOTHING;
        for (Sizes.Share share : sizes.shares()) {
            weight += share.weight();
            sum = cost.apply(share.size()).or(share.weight() / weight, sum);
        }
        return sum;
    }
}
