-- Each partition's index is gone, so the index must be, too.
SELECT 1;
