package dev.keywright.ops.memory;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Draws pieces of a content by their shares. */
final class Draw {

    private final List<Content.Piece> pieces;
    private final double[] ends;

    Draw(List<Content.Piece> pieces) {
        this.pieces = pieces;
        this.ends = new double[pieces.size()];
        double sum = 0;
        for (int i = 0; i < ends.length; i++) {
            sum += pieces.get(i).weight();
            ends[i] = sum;
        }
    }

    Content.Piece next(SplittableRandom chance) {
        if (ends.length == 1) {
            return pieces.get(0);
        }
        int found = Arrays.binarySearch(ends, chance.nextDouble());
        return pieces.get(Math.min(ends.length - 1, found < 0 ? -found - 1 : found + 1));
    }
}
