// the pages of job 3.7.5
