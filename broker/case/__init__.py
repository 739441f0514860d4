"""One child across agencies: records and their versions, occasions, periods, the calendar."""
